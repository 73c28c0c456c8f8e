import { existsSync } from 'node:fs';
import { mean } from '@lamo/eval';
import { checkSameSettings } from '../run/check-same-settings';
import { readManifest, readPolicyManifest } from '../run/read-manifest';
import type { EvaluationRecord } from '../run/records';
import { isFinished, resumeRun } from '../run/resume-run';
import { readEvaluations } from '../run/run-files';
import { checkpointSteps, type RunFolder, runFolder } from '../run/run-folder';
import { type ActingRun, onExperience } from '../run/start-experience';
import { runToTheEnd } from '../terminal/run-to-the-end';

/** Ends a training at an evaluation, after its checkpoint was written. */
const REACHED = Symbol('the target is reached');

/**
 * Trains a run that learns by acting until an evaluation in training returns a target, or to its last step; continues it where it was stopped
 * before. Called again, it trains no further.
 *
 * @param advice how to continue after Ctrl-C
 * @returns the last evaluation: its mean return is the target or more, or all steps were taken
 * @throws LamoError `other-settings` if the folder has another run; what starting and resuming throw
 */
export async function trainUntil(run: ActingRun, target: number, advice: string): Promise<EvaluationRecord> {
  const folder = runFolder(run.out);
  const goesOn = existsSync(folder.manifest);
  if (goesOn) await checkSameSettings(onExperience, run.out, () => run, OTHER_RUN);
  if (!goesOn || !isOver(folder, run.steps, target)) await train(run, target, advice, goesOn);
  return lastEvaluation(folder)!;
}

const OTHER_RUN = 'Give those that it was started with, remove its folder, or choose another --out.';

async function train(run: ActingRun, target: number, advice: string, goesOn: boolean): Promise<void> {
  try {
    await runToTheEnd(
      (observer) => {
        const watching = {
          ...observer,
          onEvaluation(evaluation: EvaluationRecord) {
            observer.onEvaluation?.(evaluation);
            if (hasReached(evaluation, target)) throw REACHED;
          },
        };
        if (!goesOn) return onExperience.start(run, watching);
        return resumeRun(run.out, { steps: run.steps }, watching);
      },
      () => advice,
    );
  } catch (error) {
    if (error !== REACHED) throw error;
  }
}

function isOver(folder: RunFolder, steps: number, target: number): boolean {
  const last = lastEvaluation(folder);
  if (last === undefined) return false;
  return hasReached(last, target) || isFinished(folder, readManifest(folder.manifest), steps);
}

/** The evaluation of the last checkpoint, if it was made. */
function lastEvaluation(folder: RunFolder): EvaluationRecord | undefined {
  const step = checkpointSteps(folder).at(-1);
  const { evaluation: plan } = readPolicyManifest(folder.manifest);
  return readEvaluations(folder, plan).find((record) => record.inTraining && record.step === step);
}

function hasReached({ returns }: EvaluationRecord, target: number): boolean {
  return mean(returns) >= target;
}
