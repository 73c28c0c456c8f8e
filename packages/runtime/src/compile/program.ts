import type { ColumnArray } from '@lamo/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { HostArray, Tree } from '../tree';

/** Random numbers by shape, as an input of the step: the same seed gives the same run on every device. */
export interface Noise {
  /** A tensor of standard normal draws. */
  normal(shape: readonly number[]): tf.Tensor;
  /** A tensor of uniform draws from [0, 1). */
  uniform(shape: readonly number[]): tf.Tensor;
  /** A tensor to multiply with: 0 with probability `rate`, else 1 / (1 − rate). */
  dropout(shape: readonly number[], rate: number): tf.Tensor;
}

/** Where the numbers of {@link Noise} come from; `Rng` of `@lamo/core` is one. */
export interface NoiseSource {
  /** Fills an array with draws from N(0, 1). */
  fillNormal(target: Float32Array): void;
  /** Fills an array with draws from [0, 1). */
  fillUniform(target: Float32Array): void;
  /** Fills an array with dropout factors: 0 with probability `rate`, else 1 / (1 − rate). */
  fillDropout(target: Float32Array, rate: number): void;
}

/** What a step function returns. */
export interface StepOutcome {
  /** The new state, of the same structure; leave it out if the step changes none. */
  readonly state?: Tree<tf.Tensor>;
  /** What to read after the step: metrics (scalars), actions, any tensor. */
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
}

/**
 * A pure function of tensors. It may use any tfjs operation and gradient, must not read a tensor's value, and
 * draws randomness only from `noise`. `frozen` holds {@link Program.frozen} as tensors.
 */
export type StepFunction = (
  state: Tree<tf.Tensor>,
  inputs: Readonly<Record<string, tf.Tensor>>,
  noise: Noise,
  frozen: Tree<tf.Tensor>,
) => StepOutcome;

/** What a device compiles: a state, the shapes of the inputs, and the steps that may be taken from it. */
export interface Program<Variant extends string = string> {
  /** Initial numbers of the state: parameters, optimiser moments, targets, scalers. */
  readonly state: Tree<HostArray>;
  /** Numbers that no step changes, such as a pre-trained network: stored once and never copied by a step. `writeFrozen` replaces them. */
  readonly frozen?: Tree<HostArray>;
  /** Shape of every input by name. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Names of the inputs that are bytes. A step has them as int32 tensors: TensorFlow.js has no tensors of bytes. @default none */
  readonly bytes?: readonly string[];
  /** The steps by name: most programs have one; TD3 has one with and one without the actor. */
  readonly variants: Readonly<Record<Variant, StepFunction>>;
}

/** A program whose steps a device takes in a loop of its own. */
export interface LoopProgram<Variant extends string = string> extends Program<Variant> {
  /** Names of the inputs that are whole numbers: rows of a table, which float32 could not count. @default none */
  readonly integers?: readonly string[];
}

/** A program that is ready to run on a device. It owns the state and all buffers; steps allocate nothing. */
export interface Executable<Variant extends string = string> {
  /** Buffers to fill before {@link run}, one for each input: a Uint8Array for {@link Program.bytes}, else a Float32Array. */
  readonly inputs: Readonly<Record<string, ColumnArray>>;
  /** What each variant's last run returned, by output name; overwritten by its next run. */
  readonly outputs: Readonly<Record<Variant, Readonly<Record<string, Float32Array>>>>;
  /** How many graphs were compiled: 0 on eager devices. */
  readonly graphs: number;
  /** Takes one step. @param noise is needed if the step draws noise */
  run(variant: Variant, noise?: NoiseSource): Promise<void>;
  /** Copies the state out. */
  readState(): Promise<Tree<HostArray>>;
  /** Replaces the state. @throws LamoError `state-mismatch` if paths or shapes differ */
  writeState(state: Tree<HostArray>): Promise<void>;
  /**
   * Replaces {@link Program.frozen}. The arrays belong to the program from then on: a device may read them where they are.
   *
   * @throws LamoError `state-mismatch` if paths or shapes differ
   */
  writeFrozen(frozen: Tree<HostArray>): Promise<void>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}

/** Numbers of an input as a device takes them. */
export type InputArray = ColumnArray | Int32Array;

/** Where a run of a {@link LoopExecutable} is in a training. */
export interface LoopPlace {
  /** Steps taken before it: which variant comes first, and which noise. */
  readonly taken: number;
  /** Names the stream of noise, from which the device draws itself: one for each copy of the program. */
  readonly keys: readonly bigint[];
}

/** Steps that a device takes in a loop of its own, several in one run. It owns the state, and the noise. */
export interface LoopExecutable {
  /** The most steps of one run. */
  readonly length: number;
  /** Buffers to fill before {@link run}, [length, …] for each input: those of the first step, then those of the second … Int32Arrays for {@link LoopProgram.integers}. */
  readonly inputs: Readonly<Record<string, InputArray>>;
  /** What every step of the last run returned, [length, …] by name; 0 where its variant returns nothing of this name. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Names of what each variant returns. */
  readonly outputsOf: Readonly<Record<string, readonly string[]>>;
  /** Takes `count` steps. */
  run(count: number, place: LoopPlace): Promise<void>;
  /** Copies the state out. */
  readState(): Promise<Tree<HostArray>>;
  /** Replaces the state. @throws LamoError `state-mismatch` if paths or shapes differ */
  writeState(state: Tree<HostArray>): Promise<void>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}
