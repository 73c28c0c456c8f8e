import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { RuntimeError } from './errors';
import { decodeSafetensors, encodeSafetensors } from './safetensors';
import { type HostArray, type Tree, type TreeRecord, treeEntries } from './tree';

/** A state and what has to be known about it, as one file. */
export interface Checkpoint {
  /** Anything that JSON can say: configuration, step, positions of random number streams. */
  readonly header: unknown;
  readonly state: Tree<HostArray>;
}

/** Raised when the layout of checkpoint files changes; files of other versions are refused. */
const FORMAT = '1';

/**
 * Writes a checkpoint as a safetensors file: tensors by path (`actor/0/weight`), the header as metadata. The
 * file appears whole or not at all.
 *
 * @throws RuntimeError `disk-full`, `not-writable`
 */
export function saveCheckpoint(path: string, { header, state }: Checkpoint): void {
  const parts = encodeSafetensors({
    tensors: new Map(treeEntries(state)),
    metadata: { format: FORMAT, header: JSON.stringify(header) },
  });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      for (const part of parts) writeWhole(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/**
 * Reads a checkpoint.
 * @throws RuntimeError `not-found`, `not-safetensors`, `truncated`, `checkpoint-version`
 */
export function loadCheckpoint(path: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(readBytes(path), path);
  if (metadata.format !== FORMAT || metadata.header === undefined) {
    throw new RuntimeError({
      where: 'checkpoint',
      code: 'checkpoint-version',
      problem: `${path} is not a checkpoint that this version of lamo reads`,
      expected: `format ${FORMAT}`,
      received:
        metadata.format === undefined ? 'a safetensors file without a format' : `format ${metadata.format}`,
      hint: 'Use the version of lamo that wrote it, or train again.',
    });
  }
  return { header: JSON.parse(metadata.header), state: toTree(tensors) };
}

/** Rebuilds the tree from paths. */
function toTree(tensors: ReadonlyMap<string, HostArray>): Tree<HostArray> {
  const root: Record<string, unknown> = {};
  for (const [path, leaf] of tensors) {
    const keys = path.split('/');
    const last = keys.pop()!;
    let node = root;
    for (const key of keys) {
      node[key] ??= {};
      node = node[key] as Record<string, unknown>;
    }
    node[last] = leaf;
  }
  return root as TreeRecord<HostArray>;
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new RuntimeError({
      where: 'checkpoint',
      code: 'not-found',
      problem: `The checkpoint ${path} cannot be read`,
      hint: 'Check the path; a run keeps its checkpoints in its folder checkpoints/.',
      cause,
    });
  }
}

function writeError(path: string, cause: unknown): RuntimeError {
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new RuntimeError({
    where: 'checkpoint',
    code: isFull ? 'disk-full' : 'not-writable',
    problem: isFull ? `The disk is full: ${path} was not written` : `${path} cannot be written`,
    received: (cause as Error).message,
    hint: isFull
      ? 'Free some space and resume: earlier checkpoints are untouched.'
      : 'Check that the folder exists and is yours.',
    cause,
  });
}
