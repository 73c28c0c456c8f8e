import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fitBehaviour, loggedBehaviour } from './behaviour';
import { prepareLog } from './prepare-log';

const rng = Rng.fromSeed(1);
const rows = Array.from({ length: 3000 }, (_, i) => ({ seen: rng.uniform(-1, 1), isLast: i % 5 === 4 }));
const common = {
  observations: rows.map(({ seen }) => [seen]),
  rewards: rows.map(() => 0),
  terminated: rows.map(({ isLast }) => isLast),
};
const SPREAD = 0.2;
/** Half of what is seen, and by chance more or less: of the actuator, which goes from −2 to 2, a quarter and half as much. */
const amounts = rows.map(({ seen }) => seen + 2 * SPREAD * Math.max(-2, Math.min(2, rng.normal())));
const gaussian = createDataset({ ...common, actions: amounts.map((amount) => [amount]) });
const chance = (seen: number) => 1 / (1 + Math.exp(-3 * seen));
const choices = createDataset({
  ...common,
  actions: rows.map(({ seen }) => Number(rng.uniform() < chance(seen))),
  actionSpace: { kind: 'discrete', count: 2 },
});

const RANGE = { actionLow: -2, actionHigh: 2 };
const device = () => openDevice('cpu', { threads: 1 });
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a model of whoever acted', () => {
  it('finds how dense amounts were, between −1 and 1', async () => {
    const log = prepareLog(gaussian, RANGE);
    const { logDensities, source } = await fitBehaviour(log, { steps: 600, device: await device() });
    expect(source).toBe('fitted');
    const errors = rows.map(({ seen }, i) => {
      const distance = (amounts[i]! / 2 - seen / 2) / SPREAD;
      return logDensities[i]! - (-(distance ** 2) / 2 - Math.log(SPREAD * Math.sqrt(2 * Math.PI)));
    });
    // Fifteen hundred rows to learn from, and tails that were cut: a twentieth of a nat off on average.
    expect(Math.abs(meanOf(errors))).toBeLessThan(0.05);
    expect(meanOf(errors.map(Math.abs))).toBeLessThan(0.15);
  });

  it('finds how likely classes were', async () => {
    const { logDensities } = await fitBehaviour(prepareLog(choices), { steps: 600, device: await device() });
    const errors = rows.map(({ seen }, i) => {
      const likely = choices.actions[i] === 1 ? chance(seen) : 1 - chance(seen);
      return Math.exp(logDensities[i]!) - likely;
    });
    // Fifteen hundred coin tosses know odds to a few hundredths.
    expect(meanOf(errors.map(Math.abs))).toBeLessThan(0.06);
  });

  it('judges no episode by a model that has seen it', async () => {
    // Amounts by chance, evenly: nobody who has not seen them can foresee any better than −log 2. Forty can be known by heart.
    const few = rows.slice(0, 40);
    const chance = createDataset({
      observations: few.map(({ seen }) => [seen]),
      actions: few.map(() => [rng.uniform(-1, 1)]),
      rewards: few.map(() => 0),
      terminated: few.map(({ isLast }) => isLast),
    });
    const log = prepareLog(chance);
    const held = await fitBehaviour(log, { steps: 1500, device: await device() });
    const known = await fitBehaviour(log, { steps: 1500, folds: 1, device: await device() });
    expect(meanOf([...known.logDensities])).toBeGreaterThan(-Math.LN2 + 0.2);
    expect(meanOf([...held.logDensities])).toBeLessThan(-Math.LN2 - 0.2);
  });

  it('is the same for the same seed', async () => {
    const log = prepareLog(gaussian, RANGE);
    const options = { steps: 20, device: await device() };
    const first = await fitBehaviour(log, { ...options, seed: 3 });
    expect(await fitBehaviour(log, { ...options, seed: 3 })).toEqual(first);
    expect((await fitBehaviour(log, { ...options, seed: 4 })).logDensities).not.toEqual(first.logDensities);
  });
});

describe('probabilities that were logged', () => {
  it('are read as densities between −1 and 1', () => {
    const infos = { action_log_probs: { width: 1, data: new Float32Array(gaussian.size).fill(-1) } };
    const { logDensities, source } = loggedBehaviour(prepareLog({ ...gaussian, infos }, RANGE))!;
    expect(source).toBe('logged');
    expect(logDensities[0]).toBeCloseTo(-1 + Math.log(2), 12); // a range of 4 is one of 2
  });

  it('are as they are for classes, and none where the log does not say', () => {
    const infos = { action_log_probs: { width: 1, data: new Float32Array(choices.size).fill(-1) } };
    expect(loggedBehaviour(prepareLog({ ...choices, infos }))!.logDensities[0]).toBe(-1);
    expect(loggedBehaviour(prepareLog(choices))).toBe(undefined);
  });

  it('are refused where there is one for each component', () => {
    const infos = { action_log_probs: { width: 2, data: new Float32Array(2 * choices.size) } };
    expect(() => loggedBehaviour(prepareLog({ ...choices, infos }))).toThrow(
      /not one number.*--behaviour fitted/,
    );
  });
});
