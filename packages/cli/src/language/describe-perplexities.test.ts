import { expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { describePerplexities } from './describe-perplexities';

/** A run of 200 steps in 10 s whose snapshots had these losses, in multiples of ln 2, every 100 steps. */
const run = (seed: number, ...losses: number[]) =>
  runRecord({
    manifest: { seed },
    perplexities: losses.map((loss, i) => ({
      ...{ step: 100 * i, loss: loss * Math.LN2, perplexity: 2 ** loss, tokens: 10 },
    })),
  });

const describeAll = (...runs: ReturnType<typeof run>[]) =>
  describePerplexities({ label: 'Pre-training', colour: 0, runs, repeats: [] }).split('\n');

it('lists the last perplexity of each seed, and takes the mean over losses', () => {
  expect(describeAll(run(9, 10, 4, 3), run(10, 10, 4, 1))).toEqual([
    'Pre-training',
    'seed  perplexity  nats per token  steps  training  steps/s',
    '────  ──────────  ──────────────  ─────  ────────  ───────',
    '9              8           2.079    200      10 s       20',
    '10             2          0.6931    200      10 s       20',
    // e to the mean of 3 ln 2 and ln 2; the mean perplexity is 5.
    'perplexity 4: e to the mean loss, 1.386, over 2 seeds at step 200',
  ]);
});

it('compares at the last step of which all have a snapshot, and without any says nothing of it', () => {
  expect(describeAll(run(0, 10, 4, 3), run(1, 10, 2)).at(-1)).toMatch(/^perplexity 8: .* at step 100$/);
  expect(describeAll(run(0)).at(-1)).toMatch(/^0 +– +– +200/);
});
