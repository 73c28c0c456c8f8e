import type { MetricAverages, StepMetrics, TrainingStep } from '@lamo/algos';
import { type Checkpoint, saveCheckpoint } from '@lamo/runtime';
import { breathing } from '../terminal/breathe';
import { checkLock } from './lock-run';
import type { MetricsRecord } from './records';
import { appendMetrics, appendTiming } from './run-files';
import { checkpointPath, type RunFolder, removeCheckpoints } from './run-folder';
import { startStopwatch } from './stopwatch';

/** What takes steps in a folder: a training, or a pre-training. */
export interface SteppingRun {
  readonly folder: RunFolder;
  readonly manifest: { readonly steps: number; readonly logEvery: number; readonly checkpointEvery: number };
  readonly training: AsyncIterable<TrainingStep> & {
    readonly step: number;
    checkpoint(): Promise<Checkpoint>;
    measureHeldOut(): Promise<StepMetrics | null>;
  };
  /** Averages of the metrics since the last line; the training adds to them. */
  readonly averages: MetricAverages;
}

/** What else is done at some steps: evaluations, snapshots. */
export interface Visits {
  /** Called before each checkpoint is written. */
  beforeCheckpoint?(): void;
  isDue(step: number): boolean;
  /** Does what is due at a step and was not done before. */
  visit(step: number): Promise<void>;
  /** Steps whose checkpoints stay for good; of the others only the last two do. */
  keptSteps(): readonly number[];
}

/** Who looks on while steps are taken, and may stop it. */
export interface StepObserver {
  /** Aborted, it ends the run after the present step and a checkpoint, with its reason as the error. */
  readonly signal?: AbortSignal;
  /** Called after each step. */
  onStep?(step: number): void;
  /** Called for every line of metrics. */
  onMetrics?(record: MetricsRecord): void;
}

/**
 * Takes a run to its last step: logs averaged metrics, writes checkpoints, and makes visits. At one step the checkpoint
 * comes before the visit; a run that is stopped during a visit makes up for it when it continues.
 *
 * @throws LamoError `diverged`, `disk-full`; the signal's reason if it was aborted
 */
export async function takeSteps(
  run: SteppingRun,
  visits: Visits,
  { signal, onStep, onMetrics }: StepObserver,
): Promise<void> {
  const { folder, manifest, training } = run;
  const breathe = breathing();
  await finishStep(run, visits);
  await visits.visit(training.step);
  const clock = startStopwatch();
  for await (const { step } of training) {
    onStep?.(step);
    await breathe();
    const isLogged = step % manifest.logEvery === 0 || step === manifest.steps;
    const isSaved = signal?.aborted || isCheckpointDue(manifest, step) || visits.isDue(step);
    if (!isLogged && !isSaved) continue;
    appendTiming(folder, { step, activity: 'training', seconds: clock.lap() });
    if (isLogged) {
      const record = await logMetrics(run, step);
      onMetrics?.(record);
    }
    if (isSaved) await writeCheckpoint(run, step, visits);
    signal?.throwIfAborted();
    await visits.visit(step);
    clock.lap();
  }
}

/** Makes up for what comes with a checkpoint and was not done any more, if the run was killed right after it. */
async function finishStep(run: SteppingRun, visits: Visits): Promise<void> {
  const { folder, manifest, training } = run;
  const { step } = training;
  if (step === 0) return;
  removeCheckpoints(folder, keptSteps(run, visits, step));
  // Resuming took back the line of the last step if it came early. No step follows here, so it is written again.
  if (step === manifest.steps && step % manifest.logEvery !== 0) await logMetrics(run, step);
}

function isCheckpointDue({ checkpointEvery, steps }: SteppingRun['manifest'], step: number): boolean {
  return step % checkpointEvery === 0 || step === steps;
}

async function logMetrics(
  { folder, manifest, training, averages }: SteppingRun,
  step: number,
): Promise<MetricsRecord> {
  const heldOut = await training.measureHeldOut();
  const record = { step, metrics: averages.read(), ...(heldOut && { heldOut }) };
  appendMetrics(folder, record);
  // The last line may come early. A run that is extended then continues averaging where this one stopped.
  if (step % manifest.logEvery === 0) averages.reset();
  return record;
}

/** Writes a checkpoint, with what else a resume needs, and removes earlier ones that are not kept. */
async function writeCheckpoint(run: SteppingRun, step: number, visits: Visits): Promise<void> {
  const { folder, training, averages } = run;
  const { header, state } = await training.checkpoint();
  const extended = { ...(header as object), averages: averages.state() };
  checkLock(folder.path);
  visits.beforeCheckpoint?.();
  saveCheckpoint(checkpointPath(folder, step), { header: extended, state });
  removeCheckpoints(folder, keptSteps(run, visits, step));
}

/**
 * The last scheduled checkpoint before this step's stays as well, in case trouble began between them. Which one that is
 * does not depend on where a run was stopped.
 */
function keptSteps({ manifest }: SteppingRun, visits: Visits, step: number): ReadonlySet<number> {
  const { checkpointEvery } = manifest;
  const before = Math.floor((step - 1) / checkpointEvery) * checkpointEvery;
  return new Set([...visits.keptSteps(), before, step]);
}
