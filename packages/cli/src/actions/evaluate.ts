import {
  type AnyAlgorithm,
  datasetSizes,
  loadResult,
  type Sizes,
  type TrainedPolicy,
  type Visited,
  valueActions,
} from '@lamo/algos';
import { type DatasetWarning, LamoError } from '@lamo/core';
import { mean } from '@lamo/eval';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { readyEnvironments, resolveEnvironment } from '../resolve-environment';
import { checkFit } from '../run/check-fit';
import { type EvaluationResult, type EvaluationTask, evaluatePolicy } from '../run/evaluate-policy';
import { explainNoEnvironment } from '../run/explain-no-environment';
import { openCheckpoint } from '../run/open-checkpoint';
import type { EvaluationPlan } from '../run/policy-manifest';
import { readPolicyManifest } from '../run/read-manifest';
import { RECORDED_EPISODES } from '../run/record-episodes';
import { appendEvaluation, checkEvaluations, readEvaluations } from '../run/run-files';
import type { RunFolder } from '../run/run-folder';
import { countSpent, describeSpent, type Spent } from '../run/spent';
import { describeEvaluations } from '../terminal/describe-evaluations';
import { formatNumberOf } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { startProgress } from '../terminal/progress';
import { watchLoading } from '../terminal/watch-loading';

/** Flags of `lamo evaluate`. */
export interface EvaluateFlags {
  readonly environment?: string;
  readonly episodes: number;
  readonly targetReturns?: readonly number[];
  readonly seed: number;
  /** How many episodes to record; true for as many as usual. */
  readonly record?: number | true;
  readonly python?: string;
  readonly workers?: number;
  readonly device: DeviceName;
}

/** Plays the policy of a run or a checkpoint, and keeps the raw returns. */
export async function evaluateCheckpoint(run: string, flags: EvaluateFlags): Promise<void> {
  const { folder, manifest, checkpoint, algorithm, step, data } = openCheckpoint(run, 'cli/evaluate');
  const { spec, identity } = data;
  const sizes = datasetSizes(spec);
  const environment = chooseEnvironment(manifest?.evaluation ?? null, sizes, flags);
  await readyEnvironments([environment], flags.python);
  checkFit({ name: identity.name, ...sizes }, environment);
  const device = await openDevice(flags.device, { onWarning: warn });
  const policy: TrainedPolicy = await interruptible(
    () => {},
    (signal) => loadResult(algorithm, checkpoint, device, watchLoading(signal)),
  );
  try {
    const { episodes, seed, workers = 0 } = flags;
    const record = flags.record === true ? RECORDED_EPISODES : (flags.record ?? 0);
    const targetReturns = chooseTargets(algorithm.title, policy, flags);
    const task = {
      ...{ environment, episodes, targetReturns, seed, inTraining: false, record, workers },
      valueActions: (visited: Visited) => valueActions(algorithm, checkpoint, device, visited),
      onWarning: warn,
    };
    if (folder !== undefined) checkEvaluations(folder);
    const results = await play(algorithm.title, policy, step, task);
    keepAndShow(algorithm, folder, results);
  } finally {
    await policy.dispose();
  }
}

const warn = ({ message }: DatasetWarning) => printWarning(message);

/** The environment from the flag, or the one that the run was evaluated in during training. */
function chooseEnvironment(
  plan: EvaluationPlan | null,
  sizes: Sizes,
  { environment }: EvaluateFlags,
): string {
  if (environment !== undefined) return resolveEnvironment(environment);
  if (plan !== null) return plan.environment;
  throw new LamoError({
    where: 'cli/evaluate',
    code: 'missing-environment',
    ...(explainNoEnvironment(sizes) ?? {
      problem: 'It is not known in which environment to evaluate',
      expected: '--environment ID',
      hint: '`lamo list environments` shows all of them.',
    }),
  });
}

/** The target returns from the flag, or the policy's own. */
function chooseTargets(title: string, policy: TrainedPolicy, flags: EvaluateFlags): readonly number[] {
  const { targetReturns = [] } = flags;
  if (targetReturns.length === 0) return policy.targetReturns;
  if (policy.targetReturns.length > 0) return targetReturns;
  throw new LamoError({
    where: 'cli/evaluate',
    code: 'no-target-return',
    problem: `${title} does not follow a target return`,
    expected: 'no --target-returns',
    received: targetReturns.join(','),
  });
}

async function play(
  title: string,
  policy: TrainedPolicy,
  step: number,
  task: EvaluationTask,
): Promise<EvaluationResult[]> {
  const total = task.episodes * Math.max(1, task.targetReturns.length);
  const progress = startProgress({ title, total, unit: 'episodes' });
  try {
    return await interruptible(
      () => progress.print('stopping; nothing is written'),
      (signal) => evaluatePolicy(policy, step, { ...task, signal, onEpisode: progress.update }),
    );
  } finally {
    progress.stop();
  }
}

/** Shows results, and appends them to their run, if there is one. They are shown even if they cannot be saved. */
function keepAndShow(
  { name, title }: AnyAlgorithm,
  folder: RunFolder | undefined,
  results: readonly EvaluationResult[],
): void {
  const evaluations = results.map(({ evaluation }) => evaluation);
  let kept: Kept | undefined;
  try {
    kept = folder && keep(folder, results);
  } finally {
    const played = evaluations.map((evaluation) => ({ ...evaluation, mean: mean(evaluation.returns) }));
    const { spent = null, recordings = [] } = kept ?? {};
    const value = { algorithm: name, run: folder?.path ?? null, evaluations: played, spent, recordings };
    const why = folder === undefined ? ': the checkpoint is not in the folder of a run' : '';
    const notes =
      spent === null
        ? [`not kept${why}`]
        : [`spent on this run so far: ${describeSpent(spent)}`, ...describeRecordings(recordings)];
    const note = notes.map((line) => `  ${line}`).join('\n');
    showResult(value, { answer: describeEvaluations(title, evaluations), note });
  }
}

/** What is in the folder of a run after an evaluation. */
interface Kept {
  readonly spent: Spent;
  readonly recordings: readonly Recording[];
}

/** A file of recorded episodes. */
interface Recording {
  readonly file: string;
  readonly episodes: number;
}

function keep(folder: RunFolder, results: readonly EvaluationResult[]): Kept {
  const recordings = results.flatMap((result) => {
    const file = appendEvaluation(folder, result);
    return file === undefined ? [] : [{ file, episodes: result.trajectories!.episodes.length }];
  });
  const evaluations = readEvaluations(folder, readPolicyManifest(folder.manifest).evaluation);
  return { spent: countSpent(evaluations), recordings };
}

function describeRecordings(recordings: readonly Recording[]): string[] {
  return recordings.map(({ file, episodes }) => `${file}: ${formatNumberOf(episodes, 'episode')}`);
}
