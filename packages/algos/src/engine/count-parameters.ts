import { Rng } from '@lamo/core';
import { countGroups, type ParameterGroups } from '@lamo/models';
import type { Checkpoint, HostArray, Tree } from '@lamo/runtime';
import type { AnyAlgorithm, Loaded, LoadObserver, Shaped, SpecOf } from './algorithm';
import { savedData, trainingHeader } from './checkpoint-header';
import { loadParts } from './load-result';
import { parseConfig, parseSavedConfig } from './parse-config';

/** Number of parameters by group. */
export interface ParameterCounts {
  /** Number of parameters of each group. */
  readonly groups: Readonly<Record<string, number>>;
  /** Number of parameters in all groups. */
  readonly total: number;
  /** All but those of the group `frozen`. */
  readonly trainable: number;
}

/**
 * Counts the parameters that an algorithm would train with for data of some size.
 *
 * @throws LamoError `unknown-config-key`, `invalid-config`, and what loading pre-trained weights throws
 */
export async function countAlgorithmParameters<Learner extends AnyAlgorithm>(
  algorithm: Learner,
  spec: SpecOf<Learner>,
  given: Readonly<Record<string, unknown>> = {},
  preset?: string,
  observer?: LoadObserver,
): Promise<ParameterCounts> {
  const config = parseConfig(algorithm, given, preset);
  const loaded = await loadParts(algorithm, spec, config, 0, observer);
  const state = await algorithm.init(spec, config, Rng.fromSeed(0), loaded);
  return countState(algorithm, state, loaded);
}

/** Counts the parameters in a training checkpoint, and those that stay outside of it. */
export async function countCheckpointParameters(
  algorithm: AnyAlgorithm,
  checkpoint: Checkpoint,
): Promise<ParameterCounts> {
  const header = trainingHeader(checkpoint);
  const { spec } = savedData(checkpoint, algorithm);
  const config = parseSavedConfig(algorithm, header.config);
  return countState(algorithm, checkpoint.state, await loadParts(algorithm, spec, config, header.seed));
}

function countState(algorithm: AnyAlgorithm, state: Tree<HostArray>, loaded: Loaded): ParameterCounts {
  const groups = countGroups(algorithm.parameters(state, loaded) as ParameterGroups<Shaped>);
  const total = Object.values(groups).reduce((sum, count) => sum + count, 0);
  return { groups, total, trainable: total - (groups.frozen ?? 0) };
}
