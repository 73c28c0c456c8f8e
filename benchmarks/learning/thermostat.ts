import { type Dataset, type Environment, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

/** Temperatures in °C, power in kW: what a heater can do. */
export const HEATER = { low: 0, high: 3 };
/** Where people feel well, °C. */
const COMFORT = 20;
/** An episode is a day, a step an hour. */
const HOURS = 24;

/** How warm it is outside at an hour, °C. */
const outsideAt = (hour: number) => 4 - 6 * Math.cos((hour / HOURS) * 2 * Math.PI);

/** A room after an hour of heating: it loses an eighth of its difference to the outside. */
const heat = (room: number, outside: number, power: number) => room + power - 0.12 * (room - outside);

/** A heated room to try policies in: observations are the temperatures inside and outside, rewards the distance from 20 °C. */
export function thermostat(): Environment {
  let hour = 0;
  let room = 0;
  let rng = Rng.fromSeed(0);
  const observe = () => Float64Array.of(room, outsideAt(hour));
  return {
    spec: {
      id: 'thermostat',
      observationSize: 2,
      actionSize: 1,
      actionLow: HEATER.low,
      actionHigh: HEATER.high,
      maxEpisodeSteps: HOURS,
    },
    reset(seed) {
      if (seed !== undefined) rng = Rng.fromSeed(seed);
      hour = 0;
      room = rng.uniform(12, 24);
      return observe();
    },
    step({ 0: power }) {
      room = heat(room, outsideAt(hour), power!);
      hour += 1;
      const reward = -Math.abs(room - COMFORT);
      return { observation: observe(), reward, terminated: false, truncated: hour === HOURS };
    },
    dispose() {},
  };
}

/** A log of days in which different people turned the same knob: each wants it as warm as they like, and none looks often. */
export function thermostatLog(days = 200): Dataset {
  const rng = Rng.fromSeed(0);
  const environment = thermostat();
  const [observations, actions, rewards, truncated]: [number[][], number[][], number[], boolean[]] = [
    [],
    [],
    [],
    [],
  ];
  for (let day = 0; day < days; day++) {
    let observation = environment.reset(rng.uint32());
    const wanted = rng.uniform(14, 28);
    for (let hour = 0; hour < HOURS; hour++) {
      const power = 1.5 + 0.5 * (wanted - observation[0]!) + 0.7 * rng.normal();
      const action = [Math.min(HEATER.high, Math.max(HEATER.low, power))];
      observations.push([...observation]);
      actions.push(action);
      const result = environment.step(action);
      rewards.push(result.reward);
      truncated.push(result.truncated);
      observation = result.observation;
    }
  }
  const terminated = truncated.map(() => false);
  return createDataset({ name: 'thermostat', observations, actions, rewards, terminated, truncated });
}
