import { makeFolder, Rng } from '@lamo/core';
import type { Checkpoint, Device } from '@lamo/runtime';
import type { ActionValues, PolicyDefinition, PolicyParts, Visited } from '../kinds/policy';
import type { AnyAlgorithm, Loaded, LoadObserver, ResultOf } from './algorithm';
import { checkSavedState } from './check-saved-state';
import { savedData, trainingHeader } from './checkpoint-header';
import { checkLoaded, identifyLoaded } from './identify-loaded';
import { parseSavedConfig } from './parse-config';
import type { ResultParts, SaveOptions } from './result-kind';

/** Loads what an algorithm needs in addition to its state; the same for the same seed. */
export async function loadParts(
  algorithm: AnyAlgorithm,
  spec: unknown,
  config: unknown,
  seed: number,
  observer?: LoadObserver,
): Promise<Loaded> {
  return algorithm.load(spec, config, Rng.fromSeed(seed).split('load'), observer);
}

/**
 * Makes what came out of a training, of its checkpoint: the policy, the model, the estimate.
 *
 * @throws LamoError `checkpoint-mismatch`, and what loading pre-trained weights throws
 * @example
 * const policy = await loadResult(td3Bc, loadCheckpoint('runs/a/checkpoints/step-20000.safetensors'), await openDevice('cpu'));
 */
export async function loadResult<Learner extends AnyAlgorithm>(
  algorithm: Learner,
  checkpoint: Checkpoint,
  device: Device,
  observer?: LoadObserver,
): Promise<ResultOf<Learner>> {
  return algorithm.result.create(device, await resultParts(algorithm, checkpoint, observer));
}

/**
 * Writes what came out of a training, of its checkpoint, into a folder: a policy as `policy.onnx`, a language model as
 * `config.json` and `model.safetensors`, an estimate as `estimate.json`.
 *
 * @throws LamoError `checkpoint-mismatch`, `disk-full`, `not-writable`, and what loading pre-trained weights throws
 */
export async function saveResult(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  folder: string,
  options?: SaveOptions,
): Promise<void> {
  const parts = await resultParts(algorithm, checkpoint);
  makeFolder(folder);
  await algorithm.result.save(folder, parts, options);
}

/**
 * Asks what a training thought, at a checkpoint, that actions were worth: its critics, if it has any.
 *
 * @param visited what was observed and done, in raw units
 * @returns undefined if the algorithm has nothing that judges actions
 * @throws LamoError `checkpoint-mismatch`
 */
export async function valueActions(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  device: Device,
  visited: Visited,
): Promise<ActionValues | undefined> {
  const { value } = algorithm.result as Partial<PolicyDefinition<unknown>>;
  if (value === undefined) return undefined;
  const parts = await resultParts(algorithm, checkpoint);
  return value(device, parts as PolicyParts<unknown, unknown>, visited);
}

/**
 * Reads a checkpoint of an algorithm, and loads what belongs to it.
 *
 * @throws LamoError `checkpoint-mismatch`, and what loading pre-trained weights throws
 */
export async function resultParts(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
  observer?: LoadObserver,
): Promise<ResultParts<unknown, Loaded, unknown>> {
  const header = trainingHeader(checkpoint);
  const { spec } = savedData(checkpoint, algorithm);
  checkSavedState(checkpoint.state);
  const config = parseSavedConfig(algorithm, header.config);
  const loaded = await loadParts(algorithm, spec, config, header.seed, observer);
  checkLoaded(header, identifyLoaded(loaded));
  return { state: checkpoint.state, spec, config, loaded, algorithm: algorithm.name };
}
