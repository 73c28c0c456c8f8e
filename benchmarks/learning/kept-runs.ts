import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@lamo/core';

/** Runs that are finished, in a file to which others are added. */
export interface KeptRuns<Settings, Run> {
  /** What all of them have in common. */
  readonly settings: Settings;
  readonly runs: readonly Run[];
}

/** Reads the file at `path`. @returns no runs if there is none. @throws Error if those that are there had other settings */
export function readRuns<Settings, Run>(path: string, settings: Settings): Run[] {
  if (!existsSync(path)) return [];
  const known = JSON.parse(readFileSync(path, 'utf8')) as KeptRuns<Settings, Run>;
  if (JSON.stringify(known.settings) !== JSON.stringify(settings)) {
    const both = [known.settings, settings].map((each) => JSON.stringify(each, null, 1)).join('\nand now\n');
    throw new Error(`${path} has runs of other settings; choose another place with --results:\n${both}`);
  }
  return [...known.runs];
}

/** Writes the file at `path`, a line for each run. */
export function writeRuns<Settings, Run>(path: string, { settings, runs }: KeptRuns<Settings, Run>): void {
  const lines = runs.map((run) => `  ${JSON.stringify(run)}`).join(',\n');
  writeFileAtomic(path, `{\n "settings": ${JSON.stringify(settings)},\n "runs": [\n${lines}\n ]\n}\n`);
}
