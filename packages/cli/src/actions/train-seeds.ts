import { existsSync } from 'node:fs';
import type { Precision } from '@lamo/runtime';
import type { Command } from 'commander';
import { givenOptions } from '../commands/given-options';
import { resumeJob } from '../jobs/resume-job';
import type { Job } from '../jobs/start-job';
import { trainJobs } from '../jobs/train-jobs';
import type { CommonRun } from '../run/begin-run';
import { checkSameSettings } from '../run/check-same-settings';
import { isLeftToOverwrite, withOverwriteMarks } from '../run/overwrite-marks';
import { resumeRun } from '../run/resume-run';
import { runFolder } from '../run/run-folder';
import type { Starter } from '../run/starter';
import { OUTPUT_FLAGS } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { showRun } from './show-run';

/** Flags of every command that trains runs of one seed or several. */
export interface SeedFlags {
  readonly steps: number;
  readonly seed: number;
  readonly seeds: number;
  readonly parallel?: number;
  readonly threads?: number;
  readonly precision?: Precision;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  /** Where the dataset is, for runs that learn from one. */
  readonly dataset?: string;
}

/**
 * Trains as the flags say: one seed in this process, or several in processes of their own.
 *
 * @param plan makes the run of a seed
 * @param advice how to continue one run after Ctrl-C, given its folder
 */
export async function trainSeeds<Run extends CommonRun>(
  command: Command,
  flags: SeedFlags,
  starter: Starter<Run>,
  plan: (seed: number) => Run,
  advice?: (path: string) => string,
): Promise<void> {
  const planned = async (seed: number): Promise<Run> => {
    const run = plan(seed);
    return flags.resume && (await isLeftToOverwrite(starter, run)) ? { ...run, overwrite: true } : run;
  };
  return flags.seeds === 1
    ? trainOne(await planned(flags.seed), starter, flags, advice)
    : trainSeveral(command, flags, starter, planned);
}

async function trainOne<Run extends CommonRun>(
  run: Run,
  starter: Starter<Run>,
  flags: SeedFlags,
  advice?: (path: string) => string,
): Promise<void> {
  if (!(await isResumed(starter, run, flags))) {
    if (flags.resume && run.overwrite) warnOfReplacing(run.out);
    else if (flags.resume) warnOfNothing([run.out]);
    return showRun((observer) => starter.start(run, observer), advice);
  }
  return showRun((observer) => resumeRun(run.out, flags, observer), advice);
}

async function trainSeveral<Run extends CommonRun>(
  command: Command,
  flags: SeedFlags,
  starter: Starter<Run>,
  plan: (seed: number) => Promise<Run>,
): Promise<void> {
  const own = ['seed', 'seeds', 'parallel', 'threads', 'out', 'resume', 'overwrite', ...OUTPUT_FLAGS];
  const given = givenOptions(command, own);
  const paths: string[] = [];
  const jobs: Job[] = [];
  const replaced: Run[] = [];
  let resumed = 0;
  for (const seed of seedsOf(command, flags)) {
    const run = await plan(seed);
    const label = `seed ${seed}`;
    const goesOn = await isResumed(starter, run, flags);
    const job = goesOn ? resumeJob(label, run.out, flags) : await beginJob(label, starter, run, given);
    if (goesOn) resumed += 1;
    if (run.overwrite) replaced.push(run);
    paths.push(run.out);
    if (job !== undefined) jobs.push(job);
  }
  const { parallel, threads, resume } = flags;
  if (resume && resumed + replaced.length === 0) warnOfNothing(paths);
  if (resume) for (const { out } of replaced) warnOfReplacing(out);
  return withOverwriteMarks(starter, replaced, (prepare) =>
    trainJobs({ paths, jobs, parallel, threads, prepare, advice: adviceAfter(flags) }),
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

/** A run with other settings has another folder, so a mistyped setting would otherwise start a new run unnoticed. */
function warnOfNothing(paths: readonly string[]): void {
  printWarning(`nothing to resume in ${paths.join(', ')}: it begins there`);
}

/** What the stopped command had not done yet. */
function warnOfReplacing(path: string): void {
  printWarning(`${path} has an earlier run that --overwrite was to replace: it is replaced now`);
}

async function isResumed<Run extends CommonRun>(
  starter: Starter<Run>,
  run: Run,
  { resume }: SeedFlags,
): Promise<boolean> {
  if (!resume || run.overwrite || !existsSync(runFolder(run.out).manifest)) return false;
  await checkSameSettings(starter, run);
  return true;
}

/** Creates the job that starts a run: `lamo train` with one seed. */
async function beginJob<Run extends CommonRun>(
  label: string,
  starter: Starter<Run>,
  run: Run,
  given: readonly string[],
): Promise<Job> {
  await starter.check(run);
  const { algorithm, seed, out, steps, device } = run;
  const replace = run.overwrite ? ['--overwrite'] : [];
  const args = ['train', algorithm.name, ...given, ...replace, '--seed', String(seed), '--out', out];
  return { label, path: out, args, device: device.name, steps, done: 0 };
}
