/** From arrays of one's own to a policy: a thermostat that learns from what somebody did by hand. */
import { bc, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

const steps = Number(process.argv[2] ?? 2000);

// A log of forty days: room and outside temperature, heater power from 0 to 3 kW, comfort as reward.
const rng = Rng.fromSeed(0);
const observations: number[][] = [];
const actions: number[][] = [];
const rewards: number[] = [];
const truncated: boolean[] = [];
for (let day = 0; day < 40; day++) {
  let room = rng.uniform(12, 24);
  for (let hour = 0; hour < 24; hour++) {
    const outside = 8 - 6 * Math.cos((hour / 24) * 2 * Math.PI);
    const power = Math.min(3, Math.max(0, 1.5 + 0.6 * (20 - room) + 0.15 * rng.normal()));
    observations.push([room, outside]);
    actions.push([power]);
    room += power - 0.12 * (room - outside);
    rewards.push(-Math.abs(room - 20));
    truncated.push(hour === 23); // the log is cut at midnight, the room is not
  }
}
const terminated = truncated.map(() => false);
const dataset = createDataset({ name: 'thermostat', observations, actions, rewards, terminated, truncated });

// The policy acts between these bounds, also in the ONNX file that `run.save(folder)` writes.
const config = { hiddenSize: 64, batchSize: 64, actionLow: 0, actionHigh: 3 };
const run = await train(bc, dataset, { steps, seed: 0, config });
for (const { message } of run.warnings) console.warn(message);
for await (const { step, metrics } of run) {
  if (step % (steps / 5) === 0) console.log(`step ${step}: loss ${metrics.actorLoss?.toFixed(4)}`);
}

// Two rooms side by side, one cold and one warm.
const policy = await run.result();
policy.reset(2);
const [cold, warm] = await policy.act(new Float32Array([15, 5, 23, 5]), new Float32Array(2));
console.log(`heater power at 15 °C: ${cold?.toFixed(2)} kW, at 23 °C: ${warm?.toFixed(2)} kW`);
await policy.dispose();
await run.dispose();
