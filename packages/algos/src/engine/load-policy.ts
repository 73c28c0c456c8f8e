import { Rng } from '@lamo/core';
import type { Checkpoint, Device } from '@lamo/runtime';
import type { AnyAlgorithm, DatasetSpec, Loaded, LoadObserver } from './algorithm';
import { checkSavedState } from './check-saved-state';
import { trainingHeader } from './checkpoint-header';
import { checkFrozen, hashFrozen } from './hash-frozen';
import { parseSavedConfig } from './parse-config';
import type { PolicyParts, TrainedPolicy } from './policy';

/** Loads what an algorithm brings along, the same again for the same seed. */
export async function loadParts(
  algorithm: AnyAlgorithm,
  spec: DatasetSpec,
  config: unknown,
  seed: number,
  observer?: LoadObserver,
): Promise<Loaded> {
  return algorithm.load(spec, config, Rng.fromSeed(seed).split('load'), observer);
}

/**
 * Makes the policy of a training checkpoint.
 *
 * @throws LamoError `checkpoint-mismatch`, and what loading pre-trained weights throws
 * @example
 * const policy = await loadPolicy(td3Bc, loadCheckpoint('runs/a/checkpoints/20000.safetensors'), await openDevice('cpu'));
 */
export async function loadPolicy(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  device: Device,
  observer?: LoadObserver,
): Promise<TrainedPolicy> {
  return algorithm.policy.create(device, await policyParts(algorithm, checkpoint, observer));
}

/**
 * Writes the policy of a training checkpoint as an ONNX file's bytes.
 *
 * @param batch how many observations it takes at once @default any number
 * @throws LamoError `checkpoint-mismatch`, and what loading pre-trained weights throws
 */
export async function exportPolicy(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  batch?: number,
): Promise<Uint8Array> {
  return algorithm.policy.exportOnnx(await policyParts(algorithm, checkpoint), batch);
}

async function policyParts(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  observer?: LoadObserver,
): Promise<PolicyParts<unknown, Loaded>> {
  const header = trainingHeader(checkpoint);
  checkSavedState(checkpoint.state);
  const config = parseSavedConfig(algorithm, header.config);
  const loaded = await loadParts(algorithm, header, config, header.seed, observer);
  checkFrozen(header.frozen, hashFrozen(loaded));
  return { state: checkpoint.state, spec: header, config, loaded };
}
