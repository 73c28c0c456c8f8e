import type { Device, HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';

/** What a result is made of: a training state, and what is known about it. */
export interface ResultParts<Config, Resources, Spec> {
  /** The training state. */
  readonly state: Tree<HostArray>;
  /** Sizes and bounds of the data. */
  readonly spec: Spec;
  /** All settings of the training. */
  readonly config: Config;
  /** What `load` returned. */
  readonly loaded: Resources;
  /** Name of the algorithm, for files that say it. @default they do not say it */
  readonly algorithm?: string;
}

/** How a result is written. */
export interface SaveOptions {
  /** How many observations a policy's ONNX file takes at once. @default any number */
  readonly batch?: number;
}

/** What comes out of a training: in this process, and as files. */
export interface ResultDefinition<Config, Resources, State, Spec, Result> {
  /** Name of the kind: `policy`, `language-model`, `estimate`. */
  readonly kind: string;
  /** Picks what the result needs from a training state (the actor, not its optimiser). Works on any kind of leaf. */
  readonly select: (state: State) => Tree<tf.Tensor>;
  /** Makes the result of a state. What holds memory of the device is freed by its own `dispose`. */
  create(device: Device, parts: ResultParts<Config, Resources, Spec>): Result | Promise<Result>;
  /** Writes the result into a folder, which is there, each file whole or not at all. */
  save(
    folder: string,
    parts: ResultParts<Config, Resources, Spec>,
    options?: SaveOptions,
  ): void | Promise<void>;
}
