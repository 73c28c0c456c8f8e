import { type AnyAlgorithm, iql, rebrac, train, xql } from '@lamo/algos';
import { episodeReturns } from '@lamo/data';
import { evaluate, mean } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { HEATER, thermostat, thermostatLog } from './thermostat';

/** Small networks, so that it is quick; own-data.ts takes the defaults. */
const SMALL = { hiddenSize: 32, batchSize: 64 };

const log = thermostatLog(50);

async function meanReturn(
  algorithm: AnyAlgorithm,
  config: Readonly<Record<string, unknown>>,
): Promise<number> {
  const device = await openDevice('cpu', { threads: 1 });
  const run = await train(algorithm, log, { steps: 800, every: 800, device, config });
  for await (const _ of run);
  const policy = await run.result();
  const returns: number[] = [];
  for await (const episode of evaluate(policy, thermostat, { episodes: 20 })) returns.push(episode.return);
  await policy.dispose();
  await run.dispose();
  return mean(returns);
}

it.each([
  ['IQL', iql],
  ['XQL', xql],
  ['ReBRAC', rebrac],
])(
  '%s does better than a log in °C and kW',
  async (_, algorithm) => {
    const config = { ...SMALL, actionLow: HEATER.low, actionHigh: HEATER.high };
    expect(await meanReturn(algorithm, config)).toBeGreaterThan(mean(episodeReturns(log)));
  },
  60_000,
);
