import type { BatchSource, Dataset, Rng } from '@lamo/data';
import type { HostArray, Noise, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { PolicyDefinition } from './policy';

/** The schema of an algorithm's settings: every field has a default, a description and a check. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;

/** Sizes that an algorithm builds its networks from. */
export interface DatasetSpec {
  readonly observationSize: number;
  readonly actionSize: number;
}

/** What {@link Algorithm.step} is given. */
export interface StepContext<Config, State> {
  readonly state: State;
  /** The batch, by the names and shapes that {@link Algorithm.batches} declared. */
  readonly batch: Readonly<Record<string, tf.Tensor>>;
  readonly noise: Noise;
  readonly config: Config;
}

/** What {@link Algorithm.step} returns: the whole new state, and metrics as scalars. */
export interface StepReturn<State> {
  readonly state: State;
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
}

/** One way to take a step. */
export type Step<Config, State> = (context: StepContext<Config, State>) => StepReturn<State>;

/**
 * An algorithm, complete: shared code reads these properties and never asks for the name.
 *
 * @typeParam Schema zod schema of the settings
 * @typeParam State tree of tensors that a step maps to a new one
 */
export interface Algorithm<
  Schema extends ConfigSchema = ConfigSchema,
  State extends Tree<tf.Tensor> = Tree<tf.Tensor>,
  Variant extends string = string,
> {
  /** Name on the command line and in checkpoints: `td3-bc`. */
  readonly name: string;
  /** Name for humans: `TD3+BC`. */
  readonly title: string;
  /** Authors, year and title of the paper. */
  readonly paper: string;
  /** Settings, with defaults; flags, help and checkpoint headers derive from it. */
  readonly config: Schema;
  /** Settings that differ from the defaults for a task, by preset name. */
  readonly presets: Readonly<Record<string, Partial<z.infer<Schema>>>>;
  /** What every metric means. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Chooses what a batch is made of. */
  batches(dataset: Dataset, config: z.infer<Schema>, rng: Rng): BatchSource;
  /** Makes the initial state. */
  init(dataset: Dataset, config: z.infer<Schema>, rng: Rng): Tree<HostArray>;
  /** The steps that differ in structure, by name; most algorithms have one. */
  readonly steps: Readonly<Record<Variant, Step<z.infer<Schema>, State>>>;
  /** Which of {@link steps} are taken in turn, again and again. */
  cycle(config: z.infer<Schema>): readonly Variant[];
  /** How a trained state acts. */
  readonly policy: PolicyDefinition<z.infer<Schema>, State>;
}

/** Any algorithm, where its own types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a step takes its own state type, which no common supertype can name
export type AnyAlgorithm = Algorithm<any, any, string>;

/** Returns the definition as it is; it is there for its types. */
export function defineAlgorithm<
  Schema extends ConfigSchema,
  State extends Tree<tf.Tensor>,
  Variant extends string,
>(definition: Algorithm<Schema, State, Variant>): Algorithm<Schema, State, Variant> {
  return definition;
}
