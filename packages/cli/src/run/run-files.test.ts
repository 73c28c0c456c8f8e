import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evaluationRecord } from '../../test/run-record';
import type { EvaluationRecord } from './records';
import { appendEvaluation, readEvaluations } from './run-files';
import { type RunFolder, runFolder } from './run-folder';

const plan = { environment: 'my-environment-v0', every: 100, episodes: 2, targetReturns: [5, 9], seed: 3 };

let folder: RunFolder;
beforeEach(() => {
  folder = runFolder(mkdtempSync(join(tmpdir(), 'lamo-run-files-')));
});
afterEach(() => rmSync(folder.path, { recursive: true }));

const write = (...records: object[]) =>
  writeFileSync(folder.evaluations, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
const marks = () => readEvaluations(folder, plan).map(({ inTraining }) => inTraining);

/** As versions wrote it that did not say what was made in training. */
function unmarked(returns: number[], parts: Partial<EvaluationRecord> = {}): object {
  const { inTraining, ...record } = evaluationRecord(returns, { seed: 3, targetReturn: 5, ...parts });
  return record;
}

it('an evaluation that says whether it was made in training is believed', () => {
  const asPlanned = evaluationRecord([1, 2], { seed: 3, targetReturn: 5 });
  write({ ...asPlanned, inTraining: false }, asPlanned, evaluationRecord([1]));
  expect(marks()).toEqual([false, true, true]);
});

it('of evaluations that do not say so, the first one at a step that is as planned was made in training', () => {
  write(
    unmarked([1, 2]),
    unmarked([1, 2], { targetReturn: 9 }),
    unmarked([1, 2], { step: 100 }),
    unmarked([1, 2]), // repeated
    unmarked([1, 2], { seed: 4 }),
    unmarked([1, 2, 3]),
    unmarked([1, 2], { targetReturn: 7 }),
    unmarked([1, 2], { targetReturn: null }),
    unmarked([1, 2], { environment: 'hopper-v4' }),
  );
  expect(marks()).toEqual([true, true, true, ...Array(6).fill(false)]);
  expect(readEvaluations(folder, null).some(({ inTraining }) => inTraining)).toBe(false);
});

it('what was seen in another evaluation leaves what was seen in training as it is', () => {
  const trajectories = {
    step: 200,
    environment: 'my-environment-v0',
    targetReturn: null,
    observationSize: 1,
  };
  const evaluation = evaluationRecord([1, 2]);
  mkdirSync(folder.trajectories);
  appendEvaluation(folder, { evaluation, trajectories: { ...trajectories, episodes: [] } });
  const [own] = readdirSync(folder.trajectories);
  const before = readFileSync(join(folder.trajectories, own!), 'utf8');
  for (const seed of [0, 1]) {
    const later = evaluationRecord([7], { inTraining: false, seed });
    const episodes = [{ seed: 0, return: 7, observations: [0] }];
    appendEvaluation(folder, { evaluation: later, trajectories: { ...trajectories, episodes } });
  }
  expect(readdirSync(folder.trajectories)).toHaveLength(3);
  expect(readFileSync(join(folder.trajectories, own!), 'utf8')).toBe(before);
});
