import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LamoError } from '@lamo/core';
import type { CommonRun } from './begin-run';
import { checkSameSettings } from './check-same-settings';
import type { RunManifest } from './manifest';
import { readManifest } from './read-manifest';
import { runFolder } from './run-folder';
import { sidesOf } from './run-sides';
import type { Starter } from './starter';

/**
 * Refuses to begin a run in place of one that was to be continued, where the folders of runs are named by their settings: beside it
 * is one of the same algorithm, data and seed, and other settings.
 *
 * @param plan the run by its steps
 * @throws LamoError `other-settings`
 */
export async function refuseOtherSettings<Run extends CommonRun>(
  starter: Starter<Run>,
  run: Run,
  plan: (steps: number) => Run,
): Promise<void> {
  const parent = dirname(run.out);
  const names = existsSync(parent) ? readdirSync(parent).sort() : [];
  const beside = names.map((name) => join(parent, name)).filter((path) => path !== run.out);
  const candidates = beside.flatMap((out) => {
    const manifest = manifestIn(out);
    return manifest?.algorithm === run.algorithm.name && manifest.seed === run.seed
      ? [{ out, manifest }]
      : [];
  });
  // To open the data takes a while.
  if (candidates.length === 0) return;
  const hash = await starter.dataHash(run);
  for (const { out, manifest } of candidates) {
    if (sidesOf(manifest.algorithm).data.hash(manifest) !== hash) continue;
    const hint = 'Give those that it was started with, or leave out --resume to begin a new run.';
    await checkSameSettings(starter, out, plan, hint);
  }
}

/** What cannot be read belongs to another run. */
function manifestIn(path: string): RunManifest | undefined {
  const { manifest } = runFolder(path);
  if (!existsSync(manifest)) return undefined;
  try {
    return readManifest(manifest);
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
    return undefined;
  }
}
