import { RuntimeError } from './errors';
import { readSafetensors, writeSafetensors } from './safetensors-file';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from './tree';

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
  writeSafetensors(path, {
    tensors: new Map(treeEntries(state)),
    metadata: { format: FORMAT, header: JSON.stringify(header) },
  });
}

/**
 * Reads a checkpoint.
 * @throws RuntimeError `not-found`, `not-safetensors`, `truncated`, `checkpoint-version`
 */
export function loadCheckpoint(path: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(path);
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
  return { header: JSON.parse(metadata.header), state: treeFromEntries(tensors) };
}
