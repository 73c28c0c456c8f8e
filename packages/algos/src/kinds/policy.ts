import { join } from 'node:path';
import { type ColumnArray, type Policy, type Rng, writeFileAtomic } from '@lamo/core';
import { classCount } from '@lamo/data';
import type { Device, HostArray, Program, Tree } from '@lamo/runtime';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';
import type { DatasetSpec } from './dataset';

/** A policy that holds memory on a device until it is disposed of. */
export interface TrainedPolicy extends Policy {
  /** Returns in raw units that it is evaluated with unless others are asked for; none if it follows no target. */
  readonly targetReturns: readonly number[];
  /** Replaces the parameters by those of a training state. */
  load(state: Tree<HostArray>): Promise<void>;
  /** Frees the memory on the device. */
  dispose(): Promise<void>;
}

/** What a policy says of what it sees, and of its actions: how many classes there are, or between what they lie. */
export function describePolicy(
  spec: DatasetSpec,
): Pick<Policy, 'observationSpace' | 'actionSpace' | 'actionBounds'> {
  const { observationSpace, actionSize, actionSpace, actionBounds } = spec;
  const seen = observationSpace ? { observationSpace } : {};
  if (actionSpace?.kind === 'discrete') return { ...seen, actionSpace };
  const each = (bound: number) => Array<number>(actionSize).fill(bound);
  return { ...seen, actionBounds: actionBounds ?? { low: each(-1), high: each(1) } };
}

/** Tells whether actions are classes. */
export function isDiscrete(spec: DatasetSpec): boolean {
  return classCount(spec) !== undefined;
}

/** What a policy is made of. */
export type PolicyParts<Config, Resources> = ResultParts<Config, Resources, DatasetSpec>;

/** What was observed, and what was done there, row by row. */
export interface Visited {
  /** [N, O] raw; bytes of images */
  readonly observations: ColumnArray;
  /** [N, A] in raw units, or [N, 1] classes */
  readonly actions: Float32Array;
}

/** What a training thinks that actions are worth. */
export interface ActionValues {
  /** Q(s, a) [N]: the discounted sum of rewards that it expects from there on. */
  readonly values: readonly number[];
  /** Of which rewards: those of the data, or what settings made of them for training where that cannot be undone. */
  readonly rewards: 'raw' | 'transformed';
}

/** The last layer of a policy's network, for whoever asks what the policy does not know. */
export interface ActionHead<Config, Resources> {
  /** Tells whether tanh bounds what the layer computes. */
  isBounded(config: Config): boolean;
  /** Picks what acting needs from a training state. */
  select(state: Tree<HostArray>): Tree<HostArray>;
  /** Makes the program that computes `hidden` [B, H], what goes into the layer, and `outputs` [B, A], from what policies take. */
  program(parts: PolicyParts<Config, Resources>, part: Tree<HostArray>, batch: number): Program<'act'>;
}

/** How a trained state acts: in this process, and as the file `policy.onnx`, observation scaling inside. */
export interface PolicyDefinition<Config, Resources = unknown, State = never>
  extends ResultDefinition<Config, Resources, State, DatasetSpec, TrainedPolicy> {
  /** Writes the bytes of an ONNX file for any number of observations at once, or for `batch`. */
  exportOnnx(parts: PolicyParts<Config, Resources>, batch?: number): Uint8Array;
  /**
   * Makes the policy that a training acts with, which tries out actions: it draws them from `rng`.
   * @default the algorithm cannot learn by acting
   */
  explore?(device: Device, parts: PolicyParts<Config, Resources>, rng: Rng): TrainedPolicy;
  /**
   * Its last layer, where that reads the last steps of a trajectory.
   * @default the algorithm cannot be asked about it
   */
  readonly head?: ActionHead<Config, Resources>;
  /**
   * Says what actions are worth that were taken.
   * @default the algorithm has nothing that judges actions
   */
  value?(device: Device, parts: PolicyParts<Config, Resources>, visited: Visited): Promise<ActionValues>;
}

/** Name of a policy's file. */
export const POLICY_FILE = 'policy.onnx';

/** Makes the result of an algorithm that learns to act. */
export function policyResult<Config, Resources, State>(
  acting: Pick<PolicyDefinition<Config, Resources, State>, 'select' | 'create' | 'exportOnnx' | 'head'>,
): PolicyDefinition<Config, Resources, State> {
  return {
    kind: 'policy',
    ...acting,
    save: (folder, parts, { batch } = {}) =>
      writeFileAtomic(join(folder, POLICY_FILE), acting.exportOnnx(parts, batch)),
  };
}
