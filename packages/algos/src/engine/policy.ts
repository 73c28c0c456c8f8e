import type { ActionBounds, Policy } from '@lamo/core';
import type { Device, HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';

/** Sizes that a policy is built for. */
export interface PolicySpec {
  readonly observationSize: number;
  readonly actionSize: number;
  /**
   * Between what actions lie in raw units, those that `act` returns and the ONNX file too; null, or none in checkpoints of earlier
   * versions: −1 and 1. Training has seen them between −1 and 1.
   */
  readonly actionBounds?: ActionBounds | null;
}

/** A policy that holds memory on a device until it is disposed of. */
export interface TrainedPolicy extends Policy {
  /** Returns in raw units that it is evaluated with unless others are asked for; none if it follows no target. */
  readonly targetReturns: readonly number[];
  /** Replaces the parameters by those of a training state. */
  load(state: Tree<HostArray>): Promise<void>;
  dispose(): Promise<void>;
}

/** Between what the actions of a policy lie. */
export function actionBoundsOf({ actionSize, actionBounds }: PolicySpec): ActionBounds {
  const each = (bound: number) => Array<number>(actionSize).fill(bound);
  return actionBounds ?? { low: each(-1), high: each(1) };
}

/** What a policy is made of: a training state, and what is known about it. */
export interface PolicyParts<Config, Brought> {
  readonly state: Tree<HostArray>;
  readonly spec: PolicySpec;
  readonly config: Config;
  readonly loaded: Brought;
}

/** How a trained state acts: in this process, and as an ONNX file. */
export interface PolicyDefinition<Config, Brought = unknown, State = never> {
  /** Picks what acting needs from a training state (the actor, not its optimiser). Works on any kind of leaf. */
  readonly select: (state: State) => Tree<tf.Tensor>;
  /** Makes a policy that runs on a device. */
  create(device: Device, parts: PolicyParts<Config, Brought>): TrainedPolicy;
  /**
   * Writes the policy as a standalone ONNX model, observation scaling inside.
   * @param batch how many observations it takes at once @default any number
   */
  exportOnnx(parts: PolicyParts<Config, Brought>, batch?: number): Uint8Array;
}
