import { expect, it } from 'vitest';
import { languageFields, runRecord } from '../../test/run-record';
import { modelTables } from './model-tables';
import { renderReport } from './render-report';
import { groupRuns } from './run-group';
import type { AnyManifest, RunRecord } from './run-record';

const LN2 = Math.log(2);

/** A training of a language model, with the losses of its snapshots in multiples of ln 2. */
function run(
  algorithm: 'sft' | 'pretrain',
  seed: number,
  losses: Readonly<Record<number, number>>,
  changes: { readonly fingerprint?: string; readonly config?: AnyManifest['config'] } = {},
): RunRecord {
  const { fingerprint = 'abc', config = {} } = changes;
  const { manifest, ...record } = runRecord({
    path: `runs/${algorithm}-${seed}-${fingerprint}`,
    metrics: [{ step: 100, metrics: { loss: 1.5, gradientNorm: 1, learningRate: 0.1 } }],
    perplexities: Object.entries(losses).map(([step, loss]) => ({
      ...{ step: Number(step), loss: loss * LN2, perplexity: 2 ** loss, tokens: 1000 },
    })),
  });
  const { dataset: _, evaluation: __, ...common } = manifest;
  const { text, completions, tokenizer } = languageFields;
  const data =
    algorithm === 'sft'
      ? { completions: { ...completions, fingerprint } }
      : { text: { ...text, fingerprint } };
  const whole = { ...common, ...data, tokenizer, algorithm, seed, config, snapshotEvery: 100 };
  return { ...record, manifest: whole };
}

it('a table has the mean loss over seeds at the last snapshot that all have, and its exponential', () => {
  const runs = [run('sft', 1, { 0: 8, 100: 2, 200: 1 }), run('sft', 2, { 0: 10, 100: 4 })];
  const [table, ...others] = modelTables(groupRuns(runs));
  expect(others).toEqual([]);
  expect(table!.data).toBe('answers.jsonl');
  expect(table!.results).toMatchObject([{ step: 100, tokens: 1000 }]);
  const { loss, perplexity, before } = table!.results[0]!;
  expect(loss / LN2).toBeCloseTo(3, 12);
  expect(perplexity).toBeCloseTo(8, 9);
  expect(before).toBeCloseTo(2 ** 9, 6);
});

it('models that were measured on different data are in different tables, the best of each first', () => {
  const slow = run('sft', 1, { 200: 3 }, { config: { batchSize: 2 } });
  const tables = modelTables(
    groupRuns([slow, run('sft', 1, { 200: 1 }), run('sft', 1, { 200: 2 }, { fingerprint: 'other' })]),
  );
  expect(tables.map(({ results }) => results.map(({ perplexity }) => Math.round(perplexity)))).toEqual([
    [2, 8],
    [4],
  ]);
});

it.each([
  ['sft', /answers\.jsonl, 90 examples, 10 more held out/],
  ['pretrain', /book\.txt, 10 blocks of 256 tokens, 1 more held out/],
] as const)(
  'a report on %s shows perplexity, losses and data, and asks for no scores',
  async (algorithm, facts) => {
    const page = await renderReport([run(algorithm, 1, { 0: 10, 100: 4, 200: 3 })], new Date(0));
    expect(page).toMatch(/<h2>Language models<\/h2>/);
    expect(page).toMatch(/data-label="perplexity">8</);
    expect(page).toMatch(/data-label="before training">1,?024</);
    expect(page).toMatch(facts);
    expect(page).toMatch(/Mean negative log-likelihood/);
    expect(page).not.toMatch(/never evaluated|lamo evaluate|NaN|undefined|Infinity/);
  },
);

it('a report has language models and policies beside each other', async () => {
  const page = await renderReport([run('pretrain', 1, { 0: 10, 200: 3 }), runRecord()], new Date(0));
  expect(page).toMatch(/Language models/);
  expect(page).toMatch(/There are no scores of runs\/some: this run was never evaluated/);
  expect(page).toMatch(/trained offline on book\.txt and data/);
});

it('a run that has no snapshot yet is a report all the same', async () => {
  const page = await renderReport([run('sft', 1, {})], new Date(0));
  expect(page).not.toMatch(/Language models|NaN|undefined/);
  expect(page).toMatch(/Supervised fine-tuning/);
});
