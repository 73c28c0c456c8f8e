import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkWritable, LamoError, makeFolder, writeError, writeFileAtomic } from '@lamo/core';
import { z } from 'zod';
import { readJsonFile } from '../run/json-file';
import { isLockFile } from '../run/lock-run';
import { isTemporary } from '../run/run-folder';

/** Settings of a quickstart: equal settings give equal results. */
export interface QuickstartSettings {
  /** Stands for all that the recipe says. */
  readonly recipe: string;
  readonly seed: number;
  /** Rows of the largest dataset. */
  readonly rows: number;
  readonly episodes: number;
  /** Gradient steps of the longest training. */
  readonly steps: number;
}

/** The paths of a quickstart. */
export interface QuickstartFolder {
  readonly path: string;
  /** Of datasets, one for each environment. */
  readonly data: string;
  /** Of runs, in a folder for each environment. */
  readonly runs: string;
  readonly report: string;
  readonly summary: string;
}

/** How {@link prepareFolder} finds the folder. */
export type Preparation = 'new' | 'continued' | 'replaced';

/** What the folder of a quickstart records: its settings, and whether an earlier one is still being removed. */
interface Mark extends Omit<QuickstartSettings, 'recipe'> {
  readonly recipe?: string;
  readonly isClearing?: boolean;
}

const mark: z.ZodType<Mark> = z.looseObject({
  // Absent where it is of an earlier version.
  recipe: z.string().exactOptional(),
  seed: z.int(),
  rows: z.int().positive(),
  episodes: z.int().positive(),
  steps: z.int().positive(),
  isClearing: z.boolean().exactOptional(),
});

/**
 * Tells what {@link prepareFolder} will do. A quickstart that was stopped half-way, with the same settings, is continued; one
 * that is finished or has other settings is replaced; any other folder is left alone.
 *
 * @throws LamoError `folder-exists`, `damaged-file`, `not-writable`
 */
export function inspectFolder(path: string, settings: QuickstartSettings): Preparation {
  checkWritable(markPath(path));
  if (!existsSync(path)) return 'new';
  const earlier = readMark(path);
  if (earlier === undefined && contentsOf(path).length === 0) return 'new';
  if (earlier === undefined) throw folderExists(path);
  const names = ['recipe', 'seed', 'rows', 'episodes', 'steps'] as const;
  const isSame = names.every((name) => earlier[name] === settings[name]);
  return isSame && !earlier.isClearing && !existsSync(filesOf(path).summary) ? 'continued' : 'replaced';
}

/**
 * Prepares the folder of a quickstart; the caller must hold its lock. If killed half-way, it leaves a folder that is still
 * recognised as a quickstart's. Other files in the folder are kept.
 *
 * @throws LamoError what {@link inspectFolder} throws
 */
export function prepareFolder(
  path: string,
  settings: QuickstartSettings,
): { folder: QuickstartFolder; preparation: Preparation } {
  const preparation = inspectFolder(path, settings);
  const folder = filesOf(path);
  for (const name of readdirSync(path).filter(isTemporary)) rmSync(join(path, name), { force: true });
  if (preparation === 'continued') return { folder, preparation };
  writeMark(path, { ...settings, isClearing: true });
  try {
    const { data, runs, report, summary } = folder;
    for (const file of [data, runs, report, summary]) {
      rmSync(file, { recursive: true, force: true });
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
  makeFolder(folder.runs);
  writeMark(path, settings);
  return { folder, preparation };
}

function filesOf(path: string): QuickstartFolder {
  return {
    path,
    data: join(path, 'data'),
    runs: join(path, 'runs'),
    report: join(path, 'report.html'),
    summary: join(path, 'summary.json'),
  };
}

function markPath(path: string): string {
  return join(path, 'quickstart.json');
}

function readMark(path: string): Mark | undefined {
  const file = markPath(path);
  if (!existsSync(file)) return undefined;
  return readJsonFile(file, mark, {
    kind: 'what `lamo quickstart` writes',
    hint: 'Choose another --out, or remove the folder.',
  });
}

function writeMark(path: string, contents: Mark): void {
  writeFileAtomic(markPath(path), `${JSON.stringify(contents, null, 2)}\n`);
}

/** Lists what is in a folder, apart from what a quickstart that was killed early leaves. */
function contentsOf(path: string): string[] {
  if (!statSync(path).isDirectory()) throw folderExists(path);
  return readdirSync(path).filter((name) => !isLockFile(name) && !isTemporary(name));
}

function folderExists(path: string): LamoError {
  return new LamoError({
    where: 'cli/quickstart',
    code: 'folder-exists',
    problem: `${path} already exists and was not written by a quickstart`,
    expected: 'a folder that does not exist yet, or an earlier quickstart',
    hint: 'Choose another --out.',
  });
}
