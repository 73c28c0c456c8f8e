import { type AnyAlgorithm, findAlgorithm, savedData, trainingHeader } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { type Checkpoint, loadCheckpoint } from '@lamo/runtime';
import { loadOwnCheckpoint } from './load-own-checkpoint';
import { locateCheckpoint } from './locate-checkpoint';
import type { PolicyManifest } from './policy-manifest';
import { readPolicyManifest } from './read-manifest';
import type { RunFolder } from './run-folder';

/** A checkpoint with a policy, and the run that it belongs to, if it lies in one. */
export interface PolicyCheckpoint {
  readonly path: string;
  readonly folder: RunFolder | undefined;
  readonly manifest: PolicyManifest | undefined;
  readonly checkpoint: Checkpoint;
  readonly algorithm: AnyAlgorithm;
  /** That it was trained to. */
  readonly step: number;
  /** What it was trained on. */
  readonly data: ReturnType<typeof savedData<AnyAlgorithm>>;
}

/**
 * Opens the last checkpoint of a run, or one by its own path, for its policy.
 *
 * @param where as in {@link LamoError}
 * @throws LamoError `not-a-policy`, and what runs and checkpoints throw that cannot be opened
 */
export function openCheckpoint(run: string, where: string): PolicyCheckpoint {
  const { path, folder } = locateCheckpoint(run);
  const manifest = folder && readPolicyManifest(folder.manifest);
  const checkpoint = manifest === undefined ? loadCheckpoint(path) : loadOwnCheckpoint(path, manifest);
  const { algorithm: name, step } = trainingHeader(checkpoint);
  const algorithm = findAlgorithm(name);
  if (algorithm.result.kind !== 'policy') throw noPolicy(where, path, algorithm);
  return { path, folder, manifest, checkpoint, algorithm, step, data: savedData(checkpoint, algorithm) };
}

/** A checkpoint outside of a run's folder has no manifest that would have said so. */
function noPolicy(where: string, path: string, { title, result }: AnyAlgorithm): LamoError {
  return new LamoError({
    where,
    code: 'not-a-policy',
    problem: `${path} is a checkpoint of ${title}, which has no policy`,
    expected: 'a checkpoint of a policy',
    received: `one whose result is: ${result.kind.replaceAll('-', ' ')}`,
  });
}
