import { type Checkpoint, type HostArray, openDevice, treeEntries, treeFromEntries } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadResult } from '../src/engine/load-result';
import { train } from '../src/engine/train';
import { toyDataset } from '../src/testing/toy-dataset';
import { algorithmsOnAmounts } from './on-amounts';
import { settingsOf } from './small-config';

const dataset = toyDataset();

/** Values with which a leaf of this name gives infinities or NaN, or counts what nobody can count. */
const SENSELESS: Readonly<Record<string, readonly number[]>> = {
  standardDeviation: [0, -1, Number.POSITIVE_INFINITY],
  mean: [Number.NaN],
  returnScale: [0, -2],
  second: [-0.5],
  firstWeight: [-1],
  secondWeight: [-1],
  count: [0.5, -1],
};

function changed({ header, state }: Checkpoint, path: string, value: number): Checkpoint {
  const entries = treeEntries(state).map(([name, leaf]): [string, HostArray] =>
    name === path ? [name, { ...leaf, data: leaf.data.map((x, i) => (i === 0 ? value : x)) }] : [name, leaf],
  );
  return { header, state: treeFromEntries(entries) };
}

describe.each(algorithmsOnAmounts)('a checkpoint of $title', (algorithm) => {
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    const run = await train(algorithm, dataset, { steps: 1, config: settingsOf(algorithm) });
    checkpoint = structuredClone(await run.checkpoint());
    await run.dispose();
  });

  it('is refused with numbers that nothing can be computed with, where it acts and where it continues', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const leaves = treeEntries(checkpoint.state).map(([path]) => path);
    const tried = leaves.flatMap((path) =>
      (SENSELESS[path.split('/').at(-1)!] ?? []).map((value) => [path, value] as const),
    );
    const names = new Set(tried.map(([path]) => path.split('/').at(-1)));
    for (const name of ['standardDeviation', 'second', 'count']) expect(names).toContain(name);
    for (const [path, value] of tried) {
      const resume = changed(checkpoint, path, value);
      const refusal = {
        code: 'checkpoint-mismatch',
        message: expect.stringMatching(new RegExp(`in '${path}'.*Received ${value} at position 0`, 'i')),
      };
      await expect(loadResult(algorithm, resume, device)).rejects.toMatchObject(refusal);
      await expect(train(algorithm, dataset, { steps: 2, resume })).rejects.toMatchObject(refusal);
    }
  });

  it('is refused with bounds that are not those of its actions', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    for (const actionBounds of [
      { low: [1, -1], high: [0, 1] },
      { low: [-1], high: [1] },
      { low: [-1, -1], high: [1, Number.POSITIVE_INFINITY] },
      { low: [-1, -1], high: [1, Number.NaN] },
      { low: [-1, -1] },
      1,
    ]) {
      const header = { ...(checkpoint.header as object), actionBounds };
      await expect(loadResult(algorithm, { ...checkpoint, header }, device)).rejects.toMatchObject({
        code: 'checkpoint-mismatch',
        message: expect.stringContaining('actionBounds'),
      });
    }
    const sound = { ...(checkpoint.header as object), actionBounds: { low: [-2, 0], high: [2, 0] } };
    const policy = await loadResult(algorithm, { ...checkpoint, header: sound }, device);
    policy.reset(1);
    const [first, constant] = await policy.act(new Float32Array(3), new Float32Array(1));
    expect(Number.isFinite(first)).toBe(true);
    expect(constant).toBeCloseTo(0, 10);
    await policy.dispose();
  });
});
