import { LamoError } from '@lamo/core';
import { type Checkpoint, hashTree, loadCheckpoint } from '@lamo/runtime';
import { absolute } from '../absolute';
import { locateCheckpoint } from './locate-checkpoint';

/** What a manifest says of the training that a run began with. */
export interface InitialRecord {
  /** The run or checkpoint that was named. */
  readonly from: string;
  /** The checkpoint that was read. */
  readonly checkpoint: string;
  /** SHA-256 of its tensors. */
  readonly hash: string;
}

/** A checkpoint to begin with, and what the manifest says of it. */
export interface LoadedInitial {
  readonly record: InitialRecord;
  readonly checkpoint: Checkpoint;
}

/** Reads what a new run is to begin with. @param from a run, or a checkpoint @throws LamoError `not-a-run`, `no-checkpoint`, and what `loadCheckpoint` throws */
export function loadInitial(from: string): LoadedInitial {
  const { path } = locateCheckpoint(from);
  const checkpoint = loadCheckpoint(path);
  const record = { from: absolute(from), checkpoint: absolute(path), hash: hashTree(checkpoint.state) };
  return { record, checkpoint };
}

/** Reads again what a run began with, which was stopped before its first checkpoint. @throws LamoError `initial-mismatch` */
export function reloadInitial({ checkpoint: path, hash }: InitialRecord): Checkpoint {
  const checkpoint = loadCheckpoint(path);
  const received = hashTree(checkpoint.state);
  if (received === hash) return checkpoint;
  throw new LamoError({
    where: 'cli/run',
    code: 'initial-mismatch',
    problem: `${path} is not the checkpoint that the run began with`,
    expected: `the hash ${hash.slice(0, 12)}…`,
    received: `${received.slice(0, 12)}…`,
    hint: 'Put the original file back, or start anew with --overwrite.',
  });
}
