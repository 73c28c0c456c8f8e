import type { BatchSource, Dataset, DatasetWarning, Rng } from '@lamo/core';
import type { DownloadProgress } from '@lamo/data';
import type { ParameterGroups } from '@lamo/models';
import type { HostArray, Noise, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { DatasetSpec } from '../kinds/dataset';
import type { TrainedPolicy } from '../kinds/policy';
import type { ActingSettings } from '../online/experience';
import type { Capability, DataKind } from './data-kind';
import type { ResultDefinition } from './result-kind';

/** The schema of an algorithm's settings: every field has a default, a description and a check. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;

/** Tensors of a batch by name: an interface with a tensor for each name will do. */
export type BatchTensors<Batch> = { readonly [Name in keyof Batch]: tf.Tensor };

/** Something with a shape: a tensor, or the numbers of one. */
export interface Shaped {
  /** Sizes of its dimensions. */
  readonly shape: readonly number[];
}

/** What an algorithm needs that is not part of its state; {@link Algorithm.load} returns more as it needs. */
export interface Loaded {
  /** Weights that no step changes. They are not in checkpoints: loading again must give the same ones. */
  readonly frozen?: Tree<HostArray>;
  /** Tells what was loaded from something else, in place of a hash of {@link frozen}: a training resumes with the same. */
  readonly identity?: string;
}

/** Follows the loading of weights and text, which may have to be downloaded first. */
export interface LoadObserver {
  /** Called for each piece of a file that arrives. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Why a request is repeated, and after how many seconds. */
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** Rows and tokens of a text that is read for the first time. */
  readonly onText?: (done: { readonly rows: number; readonly tokens: number }) => void;
  /** Rows that another policy has acted on, of all that it is asked about. */
  readonly onActions?: (done: { readonly rows: number; readonly total: number }) => void;
  /** Stops a download, and keeps what has arrived; or stops the asking of a policy. */
  readonly signal?: AbortSignal;
}

/** Names of the tensors that every batch has. */
export type NamesOf<Batch> = {
  [Name in keyof Batch]-?: object extends Pick<Batch, Name> ? never : Name;
}[keyof Batch] &
  string;

/** What a step is given. */
export interface StepContext<
  Config,
  State,
  Batch = Readonly<Record<string, tf.Tensor>>,
  Resources extends Loaded = Loaded,
  Spec extends object = DatasetSpec,
> {
  /** What the last step returned, or the initial state. */
  readonly state: State;
  /** What the algorithm is built for: a loss may follow from what actions are chosen from. */
  readonly spec: Spec;
  /** {@link Loaded.frozen} as tensors. */
  readonly frozen: Tree<tf.Tensor>;
  /** The batch, by the names and shapes that {@link Algorithm.batches} declared. */
  readonly batch: Batch;
  /** Random numbers, drawn anew for each step. */
  readonly noise: Noise;
  /** All settings, defaults filled in. */
  readonly config: Config;
  /** What {@link Algorithm.load} returned. */
  readonly loaded: Resources;
  /** Steps that are planned in all, for schedules; infinite if no end is planned. A resumed training may plan more. */
  readonly steps: number;
}

/** What a step returns: the whole new state, and metrics as scalars. */
export interface StepReturn<State> {
  /** Of the same structure as before the step. */
  readonly state: State;
  /** Scalars, by the names that the algorithm describes. */
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
}

/** One way to take a step. */
export type Step<
  Config,
  State,
  Batch = Readonly<Record<string, tf.Tensor>>,
  Resources extends Loaded = Loaded,
  Spec extends object = DatasetSpec,
> = (context: StepContext<Config, State, Batch, Resources, Spec>) => StepReturn<State>;

/** Steps that are not all alike, taken in turn, again and again: TD3's actor learns in every second one. */
export interface StepCycle<
  Config,
  State,
  Batch,
  Resources extends Loaded = Loaded,
  Spec extends object = DatasetSpec,
> {
  /** The steps in their order. */
  cycle(config: Config): readonly Step<Config, State, Batch, Resources, Spec>[];
}

/**
 * What you write to add an algorithm. {@link defineAlgorithm} fills in what is left out.
 *
 * @typeParam Schema zod schema of the settings
 * @typeParam State tree of tensors that a step maps to a new one
 * @typeParam Batch tensors of a batch, by name
 * @typeParam PresetName names of the presets
 * @typeParam Resources what it loads before it trains
 * @typeParam Data what it learns from
 * @typeParam Spec what of the data it is built for: sizes
 * @typeParam Result what comes out
 */
export interface AlgorithmDefinition<
  Schema extends ConfigSchema,
  State extends Tree<tf.Tensor>,
  Batch extends BatchTensors<Batch>,
  PresetName extends string,
  Resources extends Loaded,
  Data,
  Spec extends object,
  Result,
> {
  /** Name on the command line and in checkpoints: `td3-bc`. */
  readonly name: string;
  /** Settings, with defaults; flags, help and checkpoint headers derive from it. */
  readonly config: Schema;
  /** What every metric means. */
  readonly metrics: Readonly<Record<string, string>>;
  /**
   * Chooses what a batch is made of. What only training reads is opened here: text.
   *
   * @param acts whether a training that learns by acting has begun to act
   */
  batches(
    data: Data,
    config: z.infer<Schema>,
    rng: Rng,
    loaded: Resources,
    acts?: boolean,
  ): BatchSource<NamesOf<Batch>> | Promise<BatchSource<NamesOf<Batch>>>;
  /** Draws the initial state, from sizes alone. */
  init(
    spec: Spec,
    config: z.infer<Schema>,
    rng: Rng,
    loaded: Resources,
  ): Tree<HostArray> | Promise<Tree<HostArray>>;
  /** Takes a step. */
  readonly step:
    | Step<z.infer<Schema>, State, Batch, Resources, Spec>
    | StepCycle<z.infer<Schema>, State, Batch, Resources, Spec>;
  /** What comes out: how a trained state acts, or what model it is. */
  readonly result: ResultDefinition<z.infer<Schema>, Resources, State, NoInfer<Spec>, Result>;

  /** What it learns from. @default datasets: logged decisions */
  readonly data?: DataKind<Data, Spec>;
  /** What it can learn from that not every algorithm can. @default nothing of it */
  readonly capabilities?: readonly Capability[];
  /** What data must ask for, among its {@link capabilities}: it can learn from no others. @default nothing */
  readonly requires?: readonly Capability[];
  /** Name for humans: `TD3+BC`. @default the name */
  readonly title?: string;
  /** Authors, year and title of the paper. @default none */
  readonly paper?: string;
  /** Settings that differ from the defaults for a task, by preset name. @default none */
  readonly presets?: Readonly<Record<PresetName, Partial<z.infer<Schema>>>>;
  /**
   * How it learns by acting, where that is not what is usual, unless the command line or `createExperience` says something else.
   * @default as `ExperienceOptions` have it
   */
  readonly acting?: Partial<ActingSettings>;
  /** Warns of settings that are valid for this many steps in all, but rarely intended. @default no warnings */
  warnings?(config: z.infer<Schema>, steps: number): readonly DatasetWarning[];
  /** Loads what acting needs in addition to the state: pre-trained weights. @default nothing */
  load?(spec: Spec, config: z.infer<Schema>, rng: Rng, observer?: LoadObserver): Promise<Resources>;
  /** Measures in the data parts of the state that no step changes, by name: scalers, the scale of returns. @default nothing */
  readonly fit?: Readonly<Record<string, (data: Data, config: z.infer<Schema>) => Tree<HostArray>>>;
  /**
   * Copies into the state, by name, what the result needs of the data: where a policy begins. As with what is fitted, no step
   * changes it; but a training that begins with the state of another has its own.
   * @default nothing
   */
  readonly keep?: Readonly<
    Record<
      string,
      (data: Data, config: z.infer<Schema>, loaded: Resources) => Tree<HostArray> | Promise<Tree<HostArray>>
    >
  >;
  /**
   * The parameters by group, for people who want to know; what no step changes is the group `frozen`. Works on any kind
   * of leaf.
   * @default all of the state but `targets`, what is fitted or kept, and what is called `…optimizer`; and what is frozen
   */
  parameters?(state: State, loaded: Resources): ParameterGroups<Shaped>;
}

/** An algorithm, complete: shared code reads these properties and never asks for the name. */
export interface Algorithm<
  Schema extends ConfigSchema = ConfigSchema,
  State extends Tree<tf.Tensor> = Tree<tf.Tensor>,
  Batch extends BatchTensors<Batch> = Readonly<Record<string, tf.Tensor>>,
  PresetName extends string = string,
  Resources extends Loaded = Loaded,
  Data = Dataset,
  Spec extends object = DatasetSpec,
  Result = TrainedPolicy,
> extends Omit<
    Required<AlgorithmDefinition<Schema, State, Batch, PresetName, Resources, Data, Spec, Result>>,
    'step'
  > {
  /** The steps that are taken in turn, again and again; most algorithms have one. */
  cycle(config: z.infer<Schema>): readonly Step<z.infer<Schema>, State, Batch, Resources, Spec>[];
}

/** Any algorithm, where its own types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a step takes its own state type, which no common supertype can name
export type AnyAlgorithm = Algorithm<any, any, any, any, any, any, any, any>;

/** What an algorithm learns from. */
export type DataOf<Learner extends AnyAlgorithm> = Parameters<Learner['batches']>[0];

/** What an algorithm is built for: sizes and bounds. */
export type SpecOf<Learner extends AnyAlgorithm> = Parameters<Learner['init']>[0];

/** What comes out of an algorithm: a policy, a language model, an estimate. */
export type ResultOf<Learner extends AnyAlgorithm> = Awaited<ReturnType<Learner['result']['create']>>;
