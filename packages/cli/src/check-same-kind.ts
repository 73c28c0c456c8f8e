import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { LamoError } from '@lamo/core';

/** A kind of file that a command writes. */
export interface FileKind {
  /** Who writes it, for errors: `cli/report`. */
  readonly where: string;
  /** What it is called: `report`. */
  readonly name: string;
  /** How every one begins; capitals do not matter. */
  readonly beginning: string;
  /** The option that names the file. */
  readonly option: string;
}

/**
 * Lets a file replace an earlier one of its kind, and nothing else: not the dataset that stands where another name was meant.
 *
 * @throws LamoError `not-a-…` with the name of the kind
 */
export function checkSameKind(path: string, { where, name, beginning, option }: FileKind): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Devices and folders are for those who write; an empty file holds nothing.
  if (stats === undefined || !stats.isFile() || stats.size === 0) return;
  const found = Buffer.alloc(beginning.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, found, 0, found.length, 0);
  } finally {
    closeSync(file);
  }
  if (found.toString('latin1').toLowerCase() === beginning.toLowerCase()) return;
  throw new LamoError({
    where,
    code: `not-a-${name.toLowerCase()}`,
    problem: `${path} exists and is not a ${name}, so it is not replaced`,
    expected: `a name that no file has, or an earlier ${name}`,
    received: `a file of ${stats.size} bytes that does not begin with ${printable(beginning)}`,
    hint: `Give ${option} another name, or move the file away.`,
  });
}

function printable(beginning: string): string {
  return beginning.replace(/[^ -~]/g, '');
}
