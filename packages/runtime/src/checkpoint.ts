import { LamoError } from '@lamo/core';
import { type NonFiniteLeaf, nonFiniteLeaves } from './non-finite-leaves';
import type { DecodeOptions } from './safetensors';
import { readSafetensors, writeSafetensors } from './safetensors-file';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from './tree';

/** A state and a description of it, as one file. */
export interface Checkpoint {
  /** Any JSON value: configuration, step, states of random number generators. */
  readonly header: unknown;
  /** The numbers. */
  readonly state: Tree<HostArray>;
}

/** Raised when the layout of checkpoint files changes; files of other versions are refused. */
const FORMAT = '1';

/**
 * Writes a checkpoint as a safetensors file: tensors by path (`actor/0/weight`), the header as metadata. The
 * file appears whole or not at all.
 *
 * @throws LamoError `disk-full`, `not-writable`
 */
export function saveCheckpoint(path: string, { header, state }: Checkpoint): void {
  writeSafetensors(path, {
    tensors: new Map(treeEntries(state)),
    metadata: { format: FORMAT, header: JSON.stringify(header) },
  });
}

/**
 * Reads a checkpoint.
 *
 * @throws LamoError `not-found`, `not-safetensors`, `truncated`, `checkpoint-version`, `damaged-checkpoint`, `invalid-path`, `not-finite`, `damaged-file`
 */
export function loadCheckpoint(path: string): Checkpoint {
  const { header, tensors } = readCheckpoint(path);
  const state = treeFromEntries(tensors);
  const [broken] = nonFiniteLeaves(state);
  if (broken !== undefined) throw notFinite(path, broken);
  return { header, state };
}

/**
 * Reads the header of a checkpoint. Its state is checked for damage but not kept in memory.
 *
 * @throws LamoError `not-found`, `not-safetensors`, `truncated`, `checkpoint-version`, `damaged-checkpoint`, `damaged-file`
 */
export function loadCheckpointHeader(path: string): Pick<Checkpoint, 'header'> {
  const { header } = readCheckpoint(path, { only: () => false });
  return { header };
}

function readCheckpoint(path: string, options: DecodeOptions = {}) {
  const { tensors, metadata } = readSafetensors(path, options);
  if (metadata.format !== FORMAT || metadata.header === undefined) {
    throw new LamoError({
      where: 'runtime/checkpoint',
      code: 'checkpoint-version',
      problem: `${path} is not a checkpoint that this version of lamo can read`,
      expected: `format ${FORMAT}`,
      received:
        metadata.format === undefined ? 'a safetensors file without a format' : `format ${metadata.format}`,
      hint: 'Use the version of lamo that wrote it, or train again.',
    });
  }
  return { header: parseHeader(path, metadata.header), tensors };
}

function parseHeader(path: string, header: string): unknown {
  try {
    return JSON.parse(header);
  } catch (cause) {
    throw new LamoError({
      where: 'runtime/checkpoint',
      code: 'damaged-checkpoint',
      problem: `The header of ${path} is not JSON`,
      received: (cause as Error).message,
      hint: 'Use an earlier checkpoint.',
      cause,
    });
  }
}

/** Training never writes such a checkpoint; earlier versions did. */
function notFinite(path: string, leaf: NonFiniteLeaf): LamoError {
  return new LamoError({
    where: 'runtime/checkpoint',
    code: 'not-finite',
    problem: `${path} contains numbers that are not finite`,
    expected: 'finite weights and moments',
    received: `${leaf.value} in '${leaf.path}' at position ${leaf.position}`,
    hint: 'The training that wrote it had diverged: use an earlier checkpoint, or train again with a smaller learning rate.',
  });
}
