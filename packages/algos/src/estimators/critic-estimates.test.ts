import { openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { bc } from '../algorithms/bc';
import { td3Bc } from '../algorithms/td3-bc';
import type { AnyAlgorithm } from '../engine/algorithm';
import { valueActions } from '../engine/load-result';
import { train } from '../engine/train';
import { toyDataset } from '../testing/toy-dataset';
import { criticEstimates } from './critic-estimates';
import { loadJudgedCheckpoint } from './load-judged-checkpoint';
import { prepareLog } from './prepare-log';

const dataset = toyDataset();
const log = prepareLog(dataset);

async function trained(algorithm: AnyAlgorithm, config: object) {
  const device = await openDevice('cpu', { threads: 1 });
  const run = await train(algorithm, dataset, {
    steps: 3,
    config: { hiddenSize: 8, batchSize: 8, ...config },
    device,
  });
  for await (const _ of run);
  const checkpoint = structuredClone(await run.checkpoint());
  await run.dispose();
  const policy = await loadJudgedCheckpoint(log.spec, { algorithm, checkpoint, name: 'trained' });
  return { critics: { algorithm, checkpoint, device }, policy };
}

describe('the critics of a policy', () => {
  it('say what it is worth where episodes begin, and after cuts as much as they leave', async () => {
    const { critics, policy } = await trained(td3Bc, { discount: 0.9 });
    const { starts, cuts, surprise } = await criticEstimates(log, policy, critics, 0.9);
    const { algorithm, checkpoint, device } = critics;
    const size = dataset.observationSize;
    const first = dataset.observations.slice(0, size) as Float32Array;
    const actions = await policy.act(first);
    const alone = await valueActions(algorithm, checkpoint, device, { observations: first, actions });
    expect(starts[0]).toBeCloseTo(alone!.values[0]!, 5); // float32, in other batches
    expect(starts).toHaveLength(dataset.episodeEnds.length);
    expect(Math.abs(surprise)).toBeGreaterThan(0); // three steps have taught them nothing
    for (const [episode, end] of dataset.episodeEnds.entries()) {
      const row = end - 1;
      if (dataset.terminated[row] === 1) expect(cuts[episode]).toBe(0);
      else expect(cuts[episode]).not.toBe(0);
    }
  });

  it('are surprised by what the log earns beyond what they expect', async () => {
    const { critics, policy } = await trained(td3Bc, { discount: 0.9 });
    const { surprise } = await criticEstimates(log, policy, critics, 0.9);
    const { algorithm, checkpoint, device } = critics;
    const seen = dataset.observations as Float32Array;
    const valuesOf = async (actions: Float32Array) =>
      (await valueActions(algorithm, checkpoint, device, { observations: seen, actions }))!.values;
    const [own, logged] = [await valuesOf(await policy.act(seen)), await valuesOf(dataset.actions)];
    // Where no next observations were logged, the row after a cut is unknown, and surprises nobody.
    const ends = [...dataset.episodeEnds];
    const errors = [...dataset.rewards].map((reward, row) => {
      if (!ends.includes(row + 1)) return reward + 0.9 * own[row + 1]! - logged[row]!;
      return dataset.terminated[row] === 1 ? reward - logged[row]! : 0;
    });
    expect(dataset.nextObservations).toBe(undefined);
    expect(surprise).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / dataset.size, 5); // float32
  });

  it.each<[string, AnyAlgorithm, object, number, RegExp]>([
    ['there are none', bc, {}, 0.99, /BC has nothing that judges/],
    [
      'they discount otherwise',
      td3Bc,
      { discount: 0.95 },
      0.9,
      /discount the future by 0.95.*--discount 0.95/,
    ],
    ['they count other rewards', td3Bc, { rewardBias: -1 }, 0.99, /rewards that its settings changed/],
  ])('are not asked where %s', async (_, algorithm, config, discount, message) => {
    const { critics, policy } = await trained(algorithm, config);
    await expect(criticEstimates(log, policy, critics, discount)).rejects.toThrow(message);
    await expect(criticEstimates(log, policy, critics, discount)).rejects.toMatchObject({
      code: 'no-critics',
    });
  });
});
