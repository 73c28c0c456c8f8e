import { isDeepStrictEqual } from 'node:util';
import { LamoError } from '@lamo/core';
import { type Checkpoint, loadCheckpoint } from '@lamo/runtime';
import type { RunManifest } from './manifest';
import { stepOf } from './run-folder';

/**
 * Reads a checkpoint of the run in whose folder it lies, and of the step that it is named for: a file that was copied from another
 * run, or renamed, is whole and still not this one.
 *
 * @throws LamoError `checkpoint-mismatch`, and what `loadCheckpoint` throws
 */
export function loadOwnCheckpoint(path: string, manifest: RunManifest): Checkpoint {
  const checkpoint = loadCheckpoint(path);
  checkOwn(path, checkpoint, manifest);
  return checkpoint;
}

function checkOwn(path: string, { header }: Checkpoint, manifest: RunManifest): void {
  const { step, seed, config = {} } = Object(header) as Partial<RunManifest & { readonly step: number }>;
  const named = stepOf(path);
  if (named !== undefined && step !== named) throw mismatch(path, 'step', named, step);
  if (seed !== manifest.seed) throw mismatch(path, 'seed', manifest.seed, seed);
  // Earlier versions did not have all settings of this one.
  for (const [name, value] of Object.entries(config)) {
    const expected = manifest.config[name];
    if (name in manifest.config && !isDeepStrictEqual(value, expected)) {
      throw mismatch(path, `setting '${name}'`, expected, value);
    }
  }
}

function mismatch(path: string, what: string, expected: unknown, received: unknown): LamoError {
  return new LamoError({
    where: 'cli/run',
    code: 'checkpoint-mismatch',
    problem: `${path} is not the checkpoint that belongs there: its ${what} is another`,
    expected: JSON.stringify(expected),
    received: JSON.stringify(received) ?? 'none',
    hint: 'It was copied from another run, or renamed. Put the right file back, or remove it: the run then continues from the checkpoint before it.',
  });
}
