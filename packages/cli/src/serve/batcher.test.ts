import type { PolicyOutputs } from '@lamo/algos';
import { expect, it } from 'vitest';
import { Batcher, type BatcherOptions, type PolicyRow } from './batcher';

const OPTIONS: BatcherOptions = { maxBatch: 4, maxWait: 0, maxQueue: 6 };

/** A policy whose actions are the first number of an observation and its double, and the rows that it was asked for at once. */
function gathering(options: Partial<BatcherOptions> = {}) {
  const sizes: number[] = [];
  let fails = false;
  const run = async ({ observations }: PolicyRow, n: number): Promise<PolicyOutputs> => {
    // As long as others need to come.
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (fails) throw new Error('out of memory');
    const first = Array.from({ length: n }, (_, i) => observations![3 * i]!);
    return { actions: Float32Array.from(first.flatMap((x) => [x, 2 * x])), scores: Float32Array.from(first) };
  };
  const batcher = new Batcher(run, { ...OPTIONS, ...options, onBatch: (rows) => sizes.push(rows) });
  const ask = async (...firsts: number[]) => {
    const rows = firsts.map((first) => ({ observations: Float32Array.of(first, 8, 9) }));
    return (await batcher.submit(rows)).map(({ actions, scores }) => [...actions, ...scores!]);
  };
  return { ask, sizes, batcher, fail: (now: boolean) => (fails = now) };
}

it('everybody gets the answer to what was asked, in order, whoever was asked at the same time', async () => {
  const { ask, sizes } = gathering();
  const answers = await Promise.all([ask(1), ask(2, 3), ask(), ask(4, 5, 6)]);
  expect(answers).toEqual([
    [[1, 2, 1]],
    [
      [2, 4, 2],
      [3, 6, 3],
    ],
    [],
    [
      [4, 8, 4],
      [5, 10, 5],
      [6, 12, 6],
    ],
  ]);
  expect(sizes).toEqual([4, 2]);
});

it('what comes while others are computed is computed together after them', async () => {
  const { ask, sizes } = gathering();
  const first = ask(1);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await Promise.all([first, ask(2), ask(3)]);
  expect(sizes).toEqual([1, 2]);
});

it('a row waits for others only if it is told to, and not once there are enough', async () => {
  const waiting = gathering({ maxWait: 40 });
  const first = waiting.ask(1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([first, waiting.ask(2)]);
  expect(waiting.sizes).toEqual([2]);
  const full = gathering({ maxWait: 60_000 });
  await Promise.all([full.ask(1), full.ask(2, 3, 4)]);
  expect(full.sizes).toEqual([4]);
});

it('what would wait too long is refused, and what was asked is answered all the same', async () => {
  const { ask, batcher } = gathering();
  const asked = [ask(1, 2, 3), ask(4, 5, 6)];
  expect(batcher.waiting).toBe(6);
  await expect(ask(7)).rejects.toMatchObject({ status: 503, code: 'busy' });
  expect((await Promise.all(asked)).flat()).toHaveLength(6);
  // A single request is not refused for its size.
  expect(await ask(...Array.from({ length: 20 }, (_, i) => i))).toHaveLength(20);
});

it('a failure is that of all who were computed together, and of nobody after them', async () => {
  const { ask, fail } = gathering();
  fail(true);
  const asked = await Promise.allSettled([ask(1), ask(2)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fail(false);
  expect(await ask(3)).toEqual([[3, 6, 3]]);
});
