import type { BatchSource, Dataset, DownloadProgress, Rng } from '@lamo/data';
import type { ParameterGroups } from '@lamo/models';
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

/** Something with a shape: a tensor, or the numbers of one. */
export interface Shaped {
  readonly shape: readonly number[];
}

/** What an algorithm brings along that is no part of its state; {@link Algorithm.load} returns more as it needs. */
export interface Loaded {
  /** Weights that no step changes. They are not in checkpoints: loading again must bring the same ones. */
  readonly frozen?: Tree<HostArray>;
}

/** Hears how loading goes: weights and text may have to be fetched first. */
export interface LoadObserver {
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Why a request is repeated, and after how many seconds. */
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** Rows and tokens of a text that is read for the first time. */
  readonly onText?: (done: { readonly rows: number; readonly tokens: number }) => void;
  /** Stops a download; what has arrived is kept. */
  readonly signal?: AbortSignal;
}

/** What a step is given. */
export interface StepContext<Config, State, Brought extends Loaded = Loaded> {
  readonly state: State;
  /** {@link Loaded.frozen} as tensors. */
  readonly frozen: Tree<tf.Tensor>;
  /** The batch, by the names and shapes that {@link Algorithm.batches} declared. */
  readonly batch: Readonly<Record<string, tf.Tensor>>;
  readonly noise: Noise;
  readonly config: Config;
  /** What {@link Algorithm.load} returned. */
  readonly loaded: Brought;
  /** Steps that are planned in all, for schedules; infinite if no end is planned. Whoever resumes may plan more. */
  readonly steps: number;
}

/** What a step returns: the whole new state, and metrics as scalars. */
export interface StepReturn<State> {
  readonly state: State;
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
}

/** One way to take a step. */
export type Step<Config, State, Brought extends Loaded = Loaded> = (
  context: StepContext<Config, State, Brought>,
) => StepReturn<State>;

/**
 * An algorithm, complete: shared code reads these properties and never asks for the name.
 *
 * @typeParam Schema zod schema of the settings
 * @typeParam State tree of tensors that a step maps to a new one
 * @typeParam Brought what it loads before it trains
 */
export interface Algorithm<
  Schema extends ConfigSchema = ConfigSchema,
  State extends Tree<tf.Tensor> = Tree<tf.Tensor>,
  Variant extends string = string,
  Brought extends Loaded = Loaded,
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
  /** Loads what acting needs besides the state: pre-trained weights. Leave it out if there are none. */
  load?(spec: DatasetSpec, config: z.infer<Schema>, rng: Rng, observer?: LoadObserver): Promise<Brought>;
  /** Chooses what a batch is made of. What only training reads is opened here: text. */
  batches(
    dataset: Dataset,
    config: z.infer<Schema>,
    rng: Rng,
    loaded: Brought,
  ): BatchSource | Promise<BatchSource>;
  /** Makes the initial state. */
  init(
    dataset: Dataset,
    config: z.infer<Schema>,
    rng: Rng,
    loaded: Brought,
  ): Tree<HostArray> | Promise<Tree<HostArray>>;
  /** The steps that differ in structure, by name; most algorithms have one. */
  readonly steps: Readonly<Record<Variant, Step<z.infer<Schema>, State, Brought>>>;
  /**
   * Steps that are worth running at once: enough that copying the state out is no matter, which for a step of a tenth
   * of a second is one.
   * @default 8
   */
  readonly stepsAtOnce?: number;
  /** Which of {@link steps} are taken in turn, again and again. */
  cycle(config: z.infer<Schema>): readonly Variant[];
  /**
   * The parameters by group, for people who want to know; what no step changes is the group `frozen`. Works on any kind
   * of leaf.
   */
  parameters(state: State, loaded: Brought): ParameterGroups<Shaped>;
  /** How a trained state acts. */
  readonly policy: PolicyDefinition<z.infer<Schema>, State, Brought>;
}

/** Any algorithm, where its own types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a step takes its own state type, which no common supertype can name
export type AnyAlgorithm = Algorithm<any, any, string, any>;

/** Returns the definition as it is; it is there for its types. */
export function defineAlgorithm<
  Schema extends ConfigSchema,
  State extends Tree<tf.Tensor>,
  Variant extends string,
  Brought extends Loaded = Loaded,
>(definition: Algorithm<Schema, State, Variant, Brought>): Algorithm<Schema, State, Variant, Brought> {
  return definition;
}
