import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataset, hashDataset, readD4rl, writeD4rl } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import type { PolicyManifest } from '../run/policy-manifest';
import { renderReport } from './render-report';
import type { RunRecord } from './run-record';

const SCRIPT = '<script>alert(1)</script>';
const MAZE = 'maze2d-umaze-v1';

/** A run with something in every part of its folder. */
const run = runRecord({
  manifest: { algorithm: 'dt', config: { contextLength: 5, targetReturns: [52] } },
  metrics: [100, 200].map((step) => ({ step, metrics: { loss: 1 / step } })),
  evaluations: [100, 200].map((step) =>
    evaluationRecord([10, 20], { step, environment: MAZE, targetReturn: 52 }),
  ),
  estimates: [100, 200].map((step) => ({
    ...{ step, value: 5, interval: { low: 4, high: 6 }, networks: [4, 6], episodes: 3, discount: 0.9 },
    ...{ logged: 2, attainable: { low: 0, high: 10 }, policy: 'abc' },
  })),
  trajectories: [
    {
      ...{ step: 200, environment: MAZE, targetReturn: 52, observationSize: 4 },
      episodes: [{ seed: 0, return: 10, observations: [1, 1, 0, 0, 2, 1, 0, 0] }],
    },
  ],
});

type Path = readonly (string | number)[];

/** Paths to every value that is not an object. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** A copy of a value with another one at the end of a path. */
function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const inner = replaced((value as Record<string, unknown>)[key], rest, replacement);
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...(value as object), [key]: inner };
}

it('no value of a run gets into the page as markup, whatever it is', async () => {
  const values = [`"><img src=x onerror=alert(1)>${SCRIPT}`, { markup: SCRIPT }];
  let shown = 0;
  for (const path of leaves(run)) {
    for (const value of values) {
      const forged = replaced(run, path, value) as RunRecord;
      const page = await renderReport([forged, run], new Date(0)).catch(() => '');
      expect(page, path.join('.')).not.toMatch(/<script|<img/);
      if (page.includes('alert(1)')) shown += 1;
    }
  }
  expect(shown).toBeGreaterThan(10); // names, commands, descriptions: these are shown, and escaped
});

describe('runs that were never evaluated', () => {
  it('are said to have no scores, and how to get some', async () => {
    const page = await renderReport([runRecord({ path: 'runs/silent' })], new Date(0));
    expect(page).toContain('This run was never evaluated, so there are no scores');
    expect(page).toContain('<code>lamo evaluate runs/silent --environment ID</code>');
    expect(page).not.toContain('<h2>Results');
  });

  it.each([
    ['are those of an environment', { observationSize: 4, actionSize: 2 }, true],
    ['are not known, without a checkpoint,', undefined, true],
    ['are of no environment', { observationSize: 2, actionSize: 1 }, false],
  ])('are to be played by lamo if their sizes %s: %s', async (_, sizes, isPlayable) => {
    const page = await renderReport([runRecord({ path: 'runs/own', ...(sizes && { sizes }) })], new Date(0));
    expect(page.includes('lamo evaluate')).toBe(isPlayable);
    expect(page.includes('No environment of lamo has 2 observations and 1 action.')).toBe(!isPlayable);
    expect(page.includes('docs/guide/your-own-data.md#judging-the-policy')).toBe(!isPlayable);
  });

  it('have no file of returns to point to', async () => {
    const footerOf = async (...runs: RunRecord[]) =>
      /<footer>.*<\/footer>/.exec(await renderReport(runs, new Date(0)))![0];
    const silent = runRecord({ path: 'runs/silent' });
    expect(await footerOf(silent)).not.toContain('evaluations.jsonl');
    expect(await footerOf(run, silent)).toContain('in the evaluations.jsonl of each run that was evaluated.');
    expect(await footerOf(run)).toContain('in the evaluations.jsonl of each run.');
  });

  it('are named where others were evaluated', async () => {
    const page = await renderReport([run, runRecord({ path: 'runs/silent' })], new Date(0));
    expect(page).toContain('There are no scores of runs/silent: this run was never evaluated.');
    expect(await renderReport([run], new Date(0))).not.toContain('never evaluated');
  });
});

it.each([
  [MAZE, 'inside it each step earns a reward of 1'],
  ['maze2d-umaze-dense-v1', 'the closer to its centre, the more each step earns, at most 1'],
])('says below the paths in %s what its goal pays', async (environment, pays) => {
  const there = <Line extends { environment: string }>(lines: readonly Line[]) =>
    lines.map((line) => ({ ...line, environment }));
  const page = await renderReport(
    [{ ...run, evaluations: there(run.evaluations), trajectories: there(run.trajectories) }],
    new Date(0),
  );
  expect(page).toContain(`The disc is the goal: ${pays}.`);
});

describe('the data of a maze', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-maze-data-'));
  const path = join(folder, 'data.hdf5');
  const reportOf = (dataset: Partial<PolicyManifest['dataset']>) => {
    const manifest = { ...run.manifest, dataset: { ...run.manifest.dataset!, path, ...dataset } };
    return renderReport([{ ...run, manifest }], new Date(0));
  };
  const paths = /<g class="paths series-data">\s*<path/;
  let hash = '';

  beforeAll(async () => {
    const dataset = createDataset({
      observations: new Float32Array(40).fill(1),
      actions: new Float32Array(20),
      rewards: new Float32Array(10),
      terminated: new Uint8Array(10),
      truncated: new Uint8Array(10),
      observationSize: 4,
      actionSize: 2,
      name: 'data',
    });
    await writeD4rl(dataset, path);
    hash = hashDataset(await readD4rl(path));
    writeFileSync(join(folder, 'damaged.hdf5'), readFileSync(path).subarray(0, 1000));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are drawn from the file that the run learned from', async () => {
    const page = await reportOf({ hash });
    expect(page).toMatch(paths);
    expect(page).toContain('The first 10 of 10 rows');
  });

  it.each([
    ['was moved', { path: join(folder, 'moved.hdf5') }, 'no longer exists'],
    ['is damaged', { path: join(folder, 'damaged.hdf5') }, 'damaged.hdf5'],
    ['is a folder', { path: folder }, folder],
    ['holds other data by now', { hash: 'other' }, 'contains other data than the runs were trained on'],
  ])('are left out where the file %s, and the rest of the report is there', async (_, dataset, why) => {
    const page = await reportOf({ hash, ...dataset });
    expect(page).not.toMatch(paths);
    expect(/Not drawn\. [^<]*/.exec(page)?.[0]).toContain(why);
    expect(page).toContain('<h2>Results</h2>');
    expect(page).toMatch(/<g class="paths series-0">\s*<path/);
  });

  it('are drawn if any of the runs still finds them', async () => {
    const dataset = { ...run.manifest.dataset!, hash };
    const at = (place: string, seed: number) => ({
      ...run,
      manifest: { ...run.manifest, seed, dataset: { ...dataset, path: place } },
    });
    expect(await renderReport([at('/moved', 0), at(path, 1)], new Date(0))).toMatch(paths);
  });

  it('are shown once for each dataset that policies in this maze learned from, and no other', async () => {
    const elsewhere = runRecord({ evaluations: [evaluationRecord([1])] });
    const other = {
      ...run.manifest,
      dataset: { ...run.manifest.dataset!, hash: 'b', name: 'more' },
      seed: 1,
    };
    const page = await renderReport([elsewhere, run, { ...run, manifest: other }], new Date(0));
    expect([...page.matchAll(/<strong>the data (\w+)</g)].map(([, name]) => name)).toEqual(['data', 'more']);
  });
});
