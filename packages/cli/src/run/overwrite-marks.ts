import { existsSync, rmSync } from 'node:fs';
import { writeFileAtomic } from '@lamo/core';
import { z } from 'zod';
import { exitCodeOf } from '../terminal/interrupt';
import type { CommonRun } from './begin-run';
import { givenSettings } from './check-same-settings';
import { compareSettings, type Settings } from './compare-settings';
import { readJsonFile } from './json-file';
import { withLock } from './lock-run';
import { runFolder } from './run-folder';
import type { Starter } from './starter';

/**
 * Works on several runs of which some replace earlier ones. Until its turn comes, an earlier run stays as it is, and a mark says
 * what is to replace it: the command that was stopped, given again with `--resume`, must not take the earlier run for its own. Only
 * a stopped command leaves marks; one that fails has taken them away.
 *
 * @param runs of which all checks have passed
 * @param work gets what writes the marks, to be called before the first run begins
 * @throws LamoError `run-in-use`, `not-writable`, `disk-full`, and what `work` throws
 */
export async function withOverwriteMarks<Run extends CommonRun, T>(
  starter: Starter<Run>,
  runs: readonly Run[],
  work: (writeMarks: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const replaced = runs.filter(({ out, overwrite }) => overwrite && existsSync(runFolder(out).manifest));
  const marks = await Promise.all(
    replaced.map(async (run) => ({
      out: run.out,
      mark: runFolder(run.out).overwriteMark,
      text: `${JSON.stringify({ settings: await markedSettings(starter, run) }, null, 2)}\n`,
    })),
  );
  const written: string[] = [];
  const removeAll = () => {
    for (const mark of written) rmSync(mark, { force: true });
  };
  // All before the first begins: whichever of them a kill leaves, `--resume` knows it for an earlier one.
  const writeMarks = async () => {
    for (const { out, mark, text } of marks) {
      await withLock(out, async () => writeFileAtomic(mark, text));
      written.push(mark);
    }
  };
  try {
    const result = await work(writeMarks);
    removeAll();
    return result;
  } catch (error) {
    if (exitCodeOf(error) === undefined) removeAll();
    throw error;
  }
}

/**
 * Tells whether a folder has an earlier run that this one was about to replace when its command was stopped.
 *
 * @throws LamoError `other-settings` if it was another one that was to replace it; `damaged-file`
 */
export async function isLeftToOverwrite<Run extends CommonRun>(
  starter: Starter<Run>,
  run: Run,
): Promise<boolean> {
  const { manifest, overwriteMark } = runFolder(run.out);
  if (!existsSync(manifest) || !existsSync(overwriteMark)) return false;
  const hint = 'Remove the file if the run in its folder is to stay.';
  const { settings } = readJsonFile(overwriteMark, markSchema, { kind: 'a mark of --overwrite', hint });
  compareSettings(settings, await markedSettings(starter, run), {
    problem: `${run.out} was to be replaced by a run with other settings, which was stopped before it began`,
    hint: `Give those that it was to have, replace what is there with --overwrite, continue what is there with 'lamo train --resume ${run.out}', or choose another --out.`,
  });
  return true;
}

const markSchema = z.looseObject({ settings: z.record(z.string(), z.unknown()) });

/** There are no steps and no data yet to continue with, so these must be the same as well. */
async function markedSettings<Run extends CommonRun>(starter: Starter<Run>, run: Run): Promise<Settings> {
  const dataHash = await starter.dataHash(run);
  return { ...(await givenSettings(starter, run)), steps: run.steps, dataHash };
}
