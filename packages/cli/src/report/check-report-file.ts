import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { LamoError } from '@lamo/core';

/** How every report begins. */
const BEGINNING = '<!doctype html>';

/**
 * Lets a report replace an earlier one, and nothing else: not the dataset that stands where the name of a report was meant to.
 *
 * @throws LamoError `not-a-report`
 */
export function checkReportFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Devices and folders are for those who write; an empty file holds nothing.
  if (stats === undefined || !stats.isFile() || stats.size === 0) return;
  const beginning = Buffer.alloc(BEGINNING.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(file);
  }
  if (beginning.toString('latin1').toLowerCase() === BEGINNING) return;
  throw new LamoError({
    where: 'cli/report',
    code: 'not-a-report',
    problem: `${path} exists and is not a report, so it is not replaced`,
    expected: 'a name that no file has, or an earlier report',
    received: `a file of ${stats.size} bytes that does not begin with ${BEGINNING}`,
    hint: 'Give --out another name, or move the file away.',
  });
}
