import { type BatchSource, type DatasetWarning, makeFolder, Rng } from '@lamo/core';
import {
  type Checkpoint,
  type Device,
  explainMemory,
  type HostArray,
  openDevice,
  type Tree,
} from '@lamo/runtime';
import type { z } from 'zod';
import type { AnyAlgorithm, DataOf, Loaded, LoadObserver, ResultOf } from './algorithm';
import type { InitialState } from './begin-with';
import { checkCapabilities, checkSettingsApply } from './check-capabilities';
import { checkHeader, describeData, type TrainingHeader } from './checkpoint-header';
import { checkState } from './diverged';
import { isGrowing } from './growing-steps';
import { type HeldOutMeasure, openMeasure, prepareParts } from './held-out';
import { checkLoaded, identifyLoaded } from './identify-loaded';
import { initialState } from './initial-state';
import { loadParts } from './load-result';
import { openStepper } from './open-stepper';
import { parseConfig, parseSavedConfig } from './parse-config';
import type { SaveOptions } from './result-kind';
import type { Rhythm, Stepper, TrainingStep } from './stepper';
import type { StepMetrics } from './training-steps';

/** Settings that differ from the defaults of an algorithm. */
export type SettingsOf<Learner extends AnyAlgorithm> = Readonly<Partial<z.input<Learner['config']>>>;

/** Names of the presets of an algorithm. */
export type PresetOf<Learner extends AnyAlgorithm> = keyof Learner['presets'] & string;

/** Settings of {@link train}. */
export interface TrainOptions<Learner extends AnyAlgorithm = AnyAlgorithm> {
  /** Gradient steps in all, those of a resumed checkpoint included. A learning rate that falls does so over them. */
  readonly steps: number;
  /** Seeds everything: initial weights, batches, noise. @default 0 */
  readonly seed?: number;
  /** Settings that differ from the algorithm's defaults. */
  readonly config?: SettingsOf<Learner>;
  /** Named settings of the algorithm, under {@link config}. */
  readonly preset?: PresetOf<Learner>;
  /** Where to train. @default the compiled `cpu` device */
  readonly device?: Device;
  /**
   * Steps between two looks at the training: it yields once in so many steps, with the means of their metrics. Of several
   * numbers, it yields at the multiples of each. From 8 on, short steps are taken several at once, which is a good deal faster.
   * @default 1
   */
  readonly every?: number | readonly number[];
  /**
   * Milliseconds after which it yields before that, whatever {@link every} says: for whoever shows progress, or may be asked to stop.
   * @default no limit
   */
  readonly within?: number;
  /**
   * How many steps run at once at most, where {@link every} leaves room. What comes out is the same.
   * @default as many as are faster, by how long the first ones took
   */
  readonly stepsAtOnce?: number;
  /** Called for each gradient step with its own metrics; those that run at once, one after the other. */
  readonly onStep?: (step: number, metrics: StepMetrics) => void;
  /**
   * Called with what comes up in the course of the training and does not stop it, such as steps that could not be compiled into one
   * graph. What is known before the first step is in the run's `warnings`.
   */
  readonly onWarning?: (warning: DatasetWarning) => void;
  /** Follows the loading of pre-trained weights and text. */
  readonly loading?: LoadObserver;
  /**
   * Where to begin, if not with what is drawn: a checkpoint of another training, on other data or of another algorithm with parts
   * of the same shapes. Steps count from 0, optimisers begin anew.
   * @default what the algorithm draws, or {@link resume}
   */
  readonly initial?: InitialState;
  /**
   * Part of the data, between 0 and 1, that is not learned from: {@link TrainingRun.measureHeldOut} measures on it. Of a dataset
   * these are whole episodes, the same ones whatever the seed. @default none
   */
  readonly heldOut?: number | undefined;
  /** Checkpoint to continue from: seed, settings and what is held out are its own. */
  readonly resume?: Checkpoint;
}

/**
 * A training in progress. Iterate to take steps; between them, look at what comes out or take a checkpoint.
 *
 * @typeParam Result what comes out: a policy, a language model, an estimate
 */
export interface TrainingRun<Result = unknown> extends AsyncIterable<TrainingStep> {
  /** All settings, defaults filled in. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What is allowed in these data with these settings but rarely intended: show it to whoever trains. */
  readonly warnings: readonly DatasetWarning[];
  /** Steps taken so far. */
  readonly step: number;
  /**
   * What comes out of the training as it is now. It does not follow the training; a policy does so by
   * `load(await run.state())`.
   * @throws LamoError `diverged` if the state has numbers that are not finite, as {@link checkpoint} and {@link save} do
   */
  result(): Promise<Result>;
  /** Copies the state out, whatever is in it. */
  state(): Promise<Tree<HostArray>>;
  /**
   * Measures what a step would say of data that are not learned from: the means of its metrics over eight batches, always the same
   * ones. Where a step brings a network up to date before another looks at it, that happens here too, and is dropped.
   * @returns null if nothing is held out
   */
  measureHeldOut(): Promise<StepMetrics | null>;
  /** Everything needed to continue exactly from here. @throws LamoError `diverged` */
  checkpoint(): Promise<Checkpoint>;
  /**
   * Writes what comes out into a folder, each file whole or not at all: a policy as `policy.onnx`, a language model as
   * `config.json` and `model.safetensors`, an estimate as `estimate.json`.
   */
  save(folder: string, options?: SaveOptions): Promise<void>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}

/**
 * Prepares a training: initialises (or resumes) and compiles the algorithm's steps. Nothing is trained until the
 * result is iterated.
 *
 * @param algorithm a registered algorithm, or one of your own from `defineAlgorithm`
 * @param data what the algorithm learns from: for most a dataset
 * @throws LamoError `not-capable`, `unknown-config-key`, `invalid-config`, `actions-out-of-range`, `checkpoint-mismatch`, `initial-mismatch`, `out-of-memory`; while iterating `diverged`
 * @example
 * const run = await train(td3Bc, dataset, { steps: 20_000, seed: 1, every: 1000 });
 * for await (const { step, metrics } of run) console.log(step, metrics);
 */
export async function train<Learner extends AnyAlgorithm>(
  algorithm: Learner,
  data: DataOf<Learner>,
  options: TrainOptions<Learner>,
): Promise<TrainingRun<ResultOf<Learner>>> {
  checkCapabilities(algorithm, data);
  const identity = algorithm.data.identify(data);
  const resumed = options.resume && checkHeader(options.resume, algorithm, data, identity);
  const config = resumed
    ? parseSavedConfig(algorithm, resumed.config)
    : parseConfig(algorithm, options.config, options.preset);
  if (!resumed) checkSettingsApply(algorithm, data, config, options.preset);
  const { heldOut } = resumed ?? options;
  const parts = prepareParts(algorithm, data, config, heldOut);
  const { training: prepared, spec } = parts;
  const warnings = [...parts.warnings, ...algorithm.warnings(config, options.steps)];
  const seed = resumed?.seed ?? options.seed ?? 0;

  // One stream for each purpose: a change in one does not shift the others.
  const rng = Rng.fromSeed(seed);
  const noise = rng.split('noise');
  const loaded = await loadParts(algorithm, spec, config, seed, options.loading);
  const frozen = checkLoaded(resumed, identifyLoaded(loaded));
  const source = await explainMemory(`algos/${algorithm.name}`, async () =>
    algorithm.batches(prepared, config, rng.split('batches'), loaded),
  );
  const state = await initialState(algorithm, parts, config, loaded, rng.split('init'), options.initial);
  if (resumed) {
    source.restore(resumed.batches);
    noise.restore(resumed.noise);
  }
  const device = options.device ?? (await openDevice('cpu'));
  const { onStep, onWarning, steps: planned } = options;
  const stepParts = { algorithm, config, source, loaded, spec, planned, noise };
  const watching = { algorithm: algorithm.name, onStep, onWarning };
  const every = [options.every ?? 1].flat();
  const rhythm = { every, within: options.within ?? Number.POSITIVE_INFINITY };
  const compiling = { ...options, every, device };
  const stepper = await openStepper(watching, stepParts, state, compiling, resumed?.step);
  const header = { config, seed, ...describeData(algorithm, spec, identity), frozen, heldOut };
  const measure = await openMeasure(device, stepParts, parts, rng);
  const origin = { spec, config, loaded, header, warnings, source, noise, measure };
  return new Training(algorithm, device, origin, stepper, { ...rhythm, steps: planned });
}

/** What does not change in the course of a training. */
interface Origin {
  readonly spec: unknown;
  readonly config: Readonly<Record<string, unknown>>;
  readonly loaded: Loaded;
  /** The part of the checkpoint's header that stays. */
  readonly header: Pick<TrainingHeader, 'config' | 'seed' | 'frozen' | 'heldOut'>;
  readonly warnings: readonly DatasetWarning[];
  /** Where batches and noise come from; a checkpoint says where they are. */
  readonly source: BatchSource;
  readonly noise: Rng;
  /** Measures on what is held out, if anything is. */
  readonly measure: HeldOutMeasure | undefined;
}

class Training<Learner extends AnyAlgorithm> implements TrainingRun<ResultOf<Learner>> {
  constructor(
    readonly algorithm: Learner,
    readonly device: Device,
    readonly origin: Origin,
    readonly stepper: Stepper,
    readonly plan: Rhythm & Pick<TrainOptions, 'steps'>,
  ) {}

  get config() {
    return this.origin.config;
  }

  get warnings() {
    return this.origin.warnings;
  }

  get step() {
    return this.stepper.taken;
  }

  [Symbol.asyncIterator](): AsyncGenerator<TrainingStep, void, void> {
    return this.stepper.stepTo(this.plan.steps, this.plan);
  }

  async result(): Promise<ResultOf<Learner>> {
    const { exact = this.device } = this.device;
    return this.algorithm.result.create(exact, await this.#resultParts());
  }

  async save(folder: string, options?: SaveOptions): Promise<void> {
    const parts = await this.#resultParts();
    makeFolder(folder);
    await this.algorithm.result.save(folder, parts, options);
  }

  async #resultParts() {
    const { spec, config, loaded } = this.origin;
    return { state: await this.#finiteState(), spec, config, loaded, algorithm: this.algorithm.name };
  }

  async checkpoint(): Promise<Checkpoint> {
    const { source, noise } = this.origin;
    const header: TrainingHeader = {
      algorithm: this.algorithm.name,
      step: this.step,
      ...this.origin.header,
      batches: source.state(),
      noise: noise.state(),
    };
    return { header, state: await this.#finiteState() };
  }

  async #finiteState(): Promise<Tree<HostArray>> {
    const state = await this.state();
    checkState(this.algorithm.name, this.step, state);
    return state;
  }

  state(): Promise<Tree<HostArray>> {
    return this.stepper.steps.readState();
  }

  async measureHeldOut(): Promise<StepMetrics | null> {
    const { measure } = this.origin;
    return measure === undefined ? null : measure.measure(await this.state());
  }

  async dispose(): Promise<void> {
    const { source, measure } = this.origin;
    await measure?.dispose();
    if (isGrowing(source)) await source.dispose();
    await this.stepper.steps.dispose();
  }
}
