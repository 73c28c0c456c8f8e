import { fitObservationScaler, type RewardConfig, rewardTransform } from '@lamo/algos';
import type { Dataset } from '@lamo/core';
import { applyScaler, qlearningTransitions, type Transitions } from '@lamo/data';
import type { ObservationScaler } from '@lamo/models';
import { type HostArray, hostArray, writeSafetensors } from '@lamo/runtime';

/**
 * Writes the transitions that our algorithms draw from for Python: columns [M, width] by the names that
 * benchmarks/pytorch/offline.py has for them, observations scaled as our networks would scale them and rewards as our
 * sampler would.
 *
 * @returns the scaler, which is part of a policy that learns from the file
 */
export function exportTransitions(
  dataset: Dataset,
  config: Readonly<Record<string, unknown>>,
  path: string,
): ObservationScaler<HostArray> {
  const { observationSize, actionSize } = dataset;
  const scaler = fitObservationScaler(dataset, config as { normaliseObservations: boolean });
  const scaled = (values: ArrayLike<number>) =>
    applyScaler({ mean: scaler.mean.data, standardDeviation: scaler.standardDeviation.data }, values);
  const transitions = qlearningTransitions(dataset);
  const { rows, nextRows, nextObservations } = transitions;
  const column = (values: ArrayLike<number>, width: number, from: Uint32Array) =>
    hostArray([from.length, width], gather(values, width, from));
  const observations = scaled(dataset.observations);
  const following = nextObservations === dataset.observations ? observations : scaled(nextObservations);
  const tensors = {
    observations: column(observations, observationSize, rows),
    actions: column(dataset.actions, actionSize, rows),
    rewards: column(scaleRewards(transitions, config), 1, rows),
    next_observations: column(following, observationSize, nextRows),
    next_actions: column(dataset.actions, actionSize, nextRows),
    terminated: column(dataset.terminated, 1, rows),
  };
  writeSafetensors(path, { tensors: new Map(Object.entries(tensors)), metadata: {} });
  return scaler;
}

/** Rewards as an algorithm with these settings sees them; not all have settings for it. */
function scaleRewards(transitions: Transitions, config: Readonly<Record<string, unknown>>): Float32Array {
  const { rewards } = transitions.dataset;
  if (!('rewardScale' in config)) return rewards;
  const { rewardScale, rewardShift } = rewardTransform(transitions, config as unknown as RewardConfig);
  return rewards.map((reward) => reward * rewardScale + rewardShift);
}

function gather(values: ArrayLike<number>, width: number, rows: Uint32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  let at = 0;
  for (const row of rows) {
    for (let i = 0; i < width; i++) gathered[at++] = values[row * width + i]!;
  }
  return gathered;
}
