import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { A_RUN, findRun, runFolder } from './run-folder';

/** Runs that were found where somebody pointed to. */
export interface FoundRuns {
  /** Their folders, in the order of what was named. */
  readonly paths: readonly string[];
  /** What lies beside them: files, and folders without a run. */
  readonly leftOut: readonly string[];
}

/** Folders of runs, each of which may hold the folders of several seeds. */
const DEPTH = 2;

const EXPECTED = `${A_RUN}; or a folder that holds such folders, at most ${DEPTH} levels down`;

/**
 * Finds runs at paths, each of which is a run, a folder of runs, or a folder of such folders, as several seeds have them. Two
 * things are left out: a file that is named beside runs, and what lies in a named folder without being or holding a run.
 *
 * @param given paths that somebody named
 * @throws LamoError `not-a-run` if a folder that is named holds no run, if a path does not exist, or if all of them are files
 */
export function findRuns(given: readonly string[]): FoundRuns {
  const found = given.map((path) => {
    if (isFile(path)) return { paths: [], leftOut: [path] };
    const inside = search(path, DEPTH);
    return inside.paths.length > 0 ? inside : { paths: [findRun(path, EXPECTED).path], leftOut: [] };
  });
  const paths = found.flatMap((part) => part.paths);
  return {
    paths: paths.length > 0 ? paths : given.map((path) => findRun(path, EXPECTED).path),
    leftOut: found.flatMap((part) => part.leftOut),
  };
}

function search(path: string, depth: number): FoundRuns {
  if (existsSync(runFolder(path).manifest)) return { paths: [path], leftOut: [] };
  if (depth === 0 || !isFolder(path)) return { paths: [], leftOut: [path] };
  // As a shell expands `*`: without hidden files.
  const names = readdirSync(path).filter((name) => !name.startsWith('.'));
  const found = names.sort().map((name) => search(join(path, name), depth - 1));
  const paths = found.flatMap((part) => part.paths);
  return { paths, leftOut: paths.length === 0 ? [path] : found.flatMap((part) => part.leftOut) };
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
