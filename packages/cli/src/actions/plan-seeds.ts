import { existsSync } from 'node:fs';
import type { CommonRun } from '../run/begin-run';
import { checkSameSettings } from '../run/check-same-settings';
import { isLeftToOverwrite } from '../run/overwrite-marks';
import { refuseOtherSettings } from '../run/refuse-other-settings';
import { runFolder } from '../run/run-folder';
import type { Starter } from '../run/starter';

/** Makes the run of a seed with as many steps. */
export type PlanRun<Run> = (seed: number, steps: number) => Run;

/** The run of a seed. */
export interface PlannedRun<Run> {
  readonly run: Run;
  /** It is there already, and continues. */
  readonly goesOn: boolean;
}

/** What of the flags matters to the plan. */
interface PlanFlags {
  readonly steps: number;
  readonly seeds: number;
  readonly resume?: boolean;
  readonly out?: string;
}

/**
 * Plans the runs of seeds: those that are there already continue if that was asked for.
 *
 * @throws LamoError `other-settings` for a run that is to continue, or was to be replaced, with other settings
 */
export async function planSeeds<Run extends CommonRun>(
  seeds: readonly number[],
  starter: Starter<Run>,
  plan: PlanRun<Run>,
  flags: PlanFlags,
): Promise<PlannedRun<Run>[]> {
  const { steps, resume } = flags;
  if (!resume) return seeds.map((seed) => ({ run: plan(seed, steps), goesOn: false }));
  const planned: PlannedRun<Run>[] = [];
  for (const seed of seeds) planned.push(await planResumed(seed, starter, plan, steps));
  // Of a folder that somebody has named, only what is in it can be meant.
  const isNamedBySettings = flags.out === undefined || flags.seeds > 1;
  if (isNamedBySettings && planned.every(isNew)) {
    for (const { run } of planned) await refuseOtherSettings(starter, run, (count) => plan(run.seed, count));
  }
  return planned;
}

/** Tells whether there is nothing of a run yet. */
export const isNew = ({ run, goesOn }: PlannedRun<CommonRun>) => !goesOn && !run.overwrite;

async function planResumed<Run extends CommonRun>(
  seed: number,
  starter: Starter<Run>,
  plan: PlanRun<Run>,
  steps: number,
): Promise<PlannedRun<Run>> {
  const run = plan(seed, steps);
  if (await isLeftToOverwrite(starter, run)) return { run: { ...run, overwrite: true }, goesOn: false };
  if (!existsSync(runFolder(run.out).manifest)) return { run, goesOn: false };
  await checkSameSettings(starter, run.out, (count) => plan(seed, count));
  return { run, goesOn: true };
}
