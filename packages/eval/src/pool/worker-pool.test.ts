import type { DatasetWarning, Policy } from '@lamo/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { counting } from '../../test/counting-environments';
import { collectDataset } from '../collect/collect-dataset';
import { defineEnvironment } from '../define-environment';
import { type Episode, type EvaluateOptions, episodeSeed, evaluate } from '../evaluate';
import { findEnvironment } from '../find-environment';
import { randomPolicy } from '../policies/random-policy';
import type { EnvironmentSource } from './environment-source';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const module = new URL('../../test/counting-environments.ts', import.meta.url);
const own = (name: string) => ({ module, name });
const still: Policy = { reset() {}, act: async ({ length }) => new Float32Array(length) };

const threads = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
const before = threads();

async function play(policy: Policy, source: EnvironmentSource, options: EvaluateOptions): Promise<Episode[]> {
  const all: Episode[] = [];
  for await (const episode of evaluate(policy, source, options)) all.push(episode);
  return all;
}

afterEach(() => expect(threads()).toBe(before)); // no worker is left behind

describe('with workers', () => {
  it('episodes are the same to the bit, and in the same order, for any number of them', async () => {
    const { spec } = findEnvironment('hopper-v4');
    // The second batch is not full, and no number of workers but 1 divides both.
    const run = (workers: number) =>
      play(randomPolicy(spec, 1), 'hopper-v4', { episodes: 12, batch: 7, seed: 4, record: true, workers });
    const alone = await run(0);
    expect(new Set(alone.map(({ length }) => length)).size).toBeGreaterThan(3);
    for (const workers of [1, 3]) expect(await run(workers)).toEqual(alone);
  });

  it('datasets are the same, too', async () => {
    const { spec } = findEnvironment('cartpole-v1');
    const run = (workers: number) =>
      collectDataset(randomPolicy(spec), 'cartpole-v1', { rows: 200, batch: 3, workers });
    expect(await run(2)).toEqual(await run(0));
    await expect(run(4)).rejects.toThrow('`workers` must be at most batch, 3');
  });

  it('it is said of those that have nothing to do, and of no others', async () => {
    const told: string[] = [];
    const onWarning = ({ code, message }: DatasetWarning) => told.push(`${code}: ${message}`);
    const run = (options: EvaluateOptions) => play(still, own('counting'), { ...options, onWarning });
    await run({ episodes: 2, workers: 2 });
    await run({ episodes: 1, workers: 2, targetReturns: [1, 2] });
    expect(told).toEqual([]);
    await run({ episodes: 1, workers: 3 });
    expect(told).toEqual([expect.stringMatching(/^idle-workers: Of 3 threads .*, 2 have nothing to do/)]);
  });

  it('environments of one’s own are played where a module exports them', async () => {
    const run = (workers: number) =>
      play(still, own('counting'), { episodes: 5, workers, targetReturns: [1, 2] });
    expect(await run(2)).toEqual(await run(0));
    const message = 'exports no environment `none`. Expected what `defineEnvironment` made';
    await expect(play(still, own('none'), { workers: 1 })).rejects.toThrow(message);
    await expect(play(still, own('notAnEnvironment'), {})).rejects.toThrow('received 7');
    const elsewhere = { module: '/nowhere/pole.js', name: 'pole' };
    await expect(play(still, elsewhere, { workers: 1 })).rejects.toThrow('pole.js cannot be loaded');
  });

  it('environments that exist in one thread only are refused', async () => {
    const { id: name, ...spec } = counting().spec;
    const mine = defineEnvironment({ name, spec, open: counting });
    await expect(play(still, counting, { workers: 1 })).rejects.toThrow('received a function');
    await expect(play(still, mine, { workers: 1 })).rejects.toThrow('the entry of counting, which');
    const registered = findEnvironment('cartpole-v1');
    const policy = randomPolicy(registered.spec);
    expect(await play(policy, registered, { episodes: 1, workers: 1 })).toHaveLength(1);
  });

  it('an error is the one that there would be without', async () => {
    const run = async (workers: number) =>
      play(still, own('failing'), { episodes: 5, seed: 2, workers }).catch((error) => ({ ...error }));
    const alone = await run(0);
    const first = Array.from({ length: 5 }, (_, i) => episodeSeed(2, i)).filter((seed) => seed % 10 < 7);
    const steps = Math.min(...first.map((seed) => 7 - (seed % 10)));
    const seed = first.find((each) => 7 - (each % 10) === steps);
    expect(alone).toMatchObject({
      code: 'environment-failed',
      where: 'eval/counting',
      problem: `In step ${steps} of the episode with seed ${seed}, the environment threw an error`,
      received: 'the joint came off',
    });
    expect(await run(3)).toEqual(alone);
    await expect(play(still, 'walker2-v4', { workers: 2 })).rejects.toThrow('Did you mean "walker2d-v4"?');
  });

  it('a worker that ends takes the others with it, and is said to have done so', async () => {
    const seed = episodeSeed(0, 0);
    const message = `A worker ended during step ${7 - (seed % 10)} of the episode with seed ${seed} in counting. Received it exited with code 3`;
    await expect(play(still, own('fatal'), { episodes: 1, workers: 1 })).rejects.toThrow(message);
  });

  it('an abort ends all of them, and so does a caller who stops', async () => {
    const stop = new AbortController();
    const endless = { episodes: Number.POSITIVE_INFINITY, batch: 2, workers: 2 };
    const run = async () => {
      for await (const _ of evaluate(still, own('counting'), { ...endless, signal: stop.signal })) {
        stop.abort(new Error('Ctrl-C'));
      }
    };
    await expect(run()).rejects.toThrow('Ctrl-C');
    for await (const _ of evaluate(still, own('counting'), endless)) break;
  });

  it.each([-1, 1.5, Number.NaN])('%d of them are refused', async (workers) => {
    await expect(play(still, 'cartpole-v1', { workers })).rejects.toThrow('0 or a positive integer');
  });
});
