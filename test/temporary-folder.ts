import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files in memory, where Linux has it. */
const MEMORY = '/dev/shm';
const LEAST_BYTES = 2 ** 31;

/**
 * Keeps the tests' temporary files in memory where there is room. On a disk a file that is written over takes a hundred times as long,
 * and one that is flushed, as every file of a run is, twenty times. `LAMO_TESTS_DISK` says where temporary files would be else, for
 * what is large.
 *
 * @returns what removes them
 */
export function setup(): (() => void) | undefined {
  // The projects that tests are divided into share it.
  if (process.env.LAMO_TESTS_DISK !== undefined) return undefined;
  process.env.LAMO_TESTS_DISK = tmpdir();
  if (!hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'lamo-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= LEAST_BYTES;
}
