import type { DeviceName, Precision } from '@lamo/runtime';
import type { Command } from 'commander';
import { givenOptions } from '../commands/given-options';
import { beginJob } from '../jobs/begin-job';
import { openShared } from '../jobs/open-shared';
import { resumeJob } from '../jobs/resume-job';
import type { Job } from '../jobs/start-job';
import { trainJobs } from '../jobs/train-jobs';
import type { CommonRun } from '../run/begin-run';
import { nameTogether } from '../run/name-together';
import { withOverwriteMarks } from '../run/overwrite-marks';
import { type ResumeOptions, resumeRun } from '../run/resume-run';
import type { Starter } from '../run/starter';
import { nameFlags } from '../terminal/name-flags';
import { OUTPUT_FLAGS } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { isNew, type PlannedRun, type PlanRun, planSeeds } from './plan-seeds';
import { resumeOptions } from './resume-options';
import { showRun } from './show-run';

/** Flags of every command that trains runs of one seed or several. */
export interface SeedFlags {
  readonly steps: number;
  readonly seed: number;
  readonly seeds: number;
  readonly parallel?: number;
  readonly threads?: number;
  readonly workers?: number;
  readonly python?: string;
  readonly device: DeviceName;
  readonly precision?: Precision;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  readonly out?: string;
  /** Where the dataset is, for runs that learn from one. */
  readonly dataset?: string;
}

/**
 * Trains as the flags say: one seed in this process, or several in processes of their own, or in one program where the device takes it.
 *
 * @param advice how to continue one run after Ctrl-C, given its folder
 */
export async function trainSeeds<Run extends CommonRun>(
  command: Command,
  flags: SeedFlags,
  starter: Starter<Run>,
  plan: PlanRun<Run>,
  advice?: (path: string) => string,
): Promise<void> {
  const planned = await planSeeds(seedsOf(command, flags), starter, plan, flags);
  const options = resumeOptions(command, flags);
  if (planned.length > 1) return trainSeveral(command, flags, starter, planned, options);
  const [{ run, goesOn }] = planned as [PlannedRun<Run>];
  if (goesOn) return showRun((observer) => resumeRun(run.out, options, observer), advice);
  if (flags.resume) warnOfBeginning(planned);
  return showRun((observer) => starter.start(run, observer), advice);
}

async function trainSeveral<Run extends CommonRun>(
  command: Command,
  flags: SeedFlags,
  starter: Starter<Run>,
  planned: readonly PlannedRun<Run>[],
  options: ResumeOptions,
): Promise<void> {
  const own = ['seed', 'seeds', 'parallel', 'threads', 'out', 'resume', 'overwrite', ...OUTPUT_FLAGS];
  const given = givenOptions(command, own);
  const jobs: Job[] = [];
  for (const { run, goesOn } of planned) {
    const label = `seed ${run.seed}`;
    const job = goesOn
      ? resumeJob(label, run.out, options)
      : await beginJob(command.name(), label, starter, run, given);
    if (job !== undefined) jobs.push(job);
  }
  const { parallel, threads, resume } = flags;
  // Whoever asks for processes gets them.
  const device = parallel === undefined ? await openShared(jobs) : undefined;
  const shared = device && { device, rephrase: (text: string) => nameFlags(text, command.options) };
  if (resume) warnOfBeginning(planned);
  const runs = planned.map(({ run }) => run);
  const paths = runs.map(({ out }) => out);
  const replaced = runs.filter(({ overwrite }) => overwrite);
  return withOverwriteMarks(starter, replaced, (prepare) =>
    trainJobs({ paths, jobs, parallel, threads, prepare, advice: adviceAfter(flags), shared }),
  );
}

/** How to continue several seeds after Ctrl-C. */
function adviceAfter({ resume, overwrite }: SeedFlags): string {
  if (resume) return 'run the same command again';
  return `run the same command with --resume${overwrite ? ' in place of --overwrite' : ''}`;
}

/** Consecutive seeds; beyond the largest integer they would repeat. */
function seedsOf(command: Command, { seed, seeds }: SeedFlags): number[] {
  if (seed > Number.MAX_SAFE_INTEGER - (seeds - 1)) {
    command.error(
      `error: --seeds ${seeds} counts up from --seed ${seed} beyond the largest seed, ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return Array.from({ length: seeds }, (_, i) => seed + i);
}

/** Whoever resumes does not expect that runs begin. */
function warnOfBeginning(planned: readonly PlannedRun<CommonRun>[]): void {
  const paths = planned.map(({ run }) => run.out);
  if (planned.every(isNew)) {
    const begin = paths.length === 1 ? 'it begins' : 'they begin';
    printWarning(`nothing to resume in ${nameTogether(paths, { separator: ', ' })}: ${begin} there`);
  }
  // What the stopped command had not done yet.
  for (const { run } of planned) {
    if (run.overwrite)
      printWarning(`${run.out} has an earlier run that --overwrite was to replace: it is replaced now`);
  }
}
