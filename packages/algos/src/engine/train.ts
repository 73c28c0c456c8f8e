import { type Dataset, type DatasetWarning, LamoError, Rng } from '@lamo/core';
import { hashDataset } from '@lamo/data';
import { type Checkpoint, type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type { z } from 'zod';
import { resolveActionBounds, scaleActions } from '../ingredients/action-bounds';
import type { AnyAlgorithm, Loaded, LoadObserver } from './algorithm';
import { checkHeader, type TrainingHeader } from './checkpoint-header';
import { checkState } from './diverged';
import { checkFrozen, hashFrozen } from './hash-frozen';
import { loadParts } from './load-policy';
import { parseConfig, parseSavedConfig } from './parse-config';
import type { TrainedPolicy } from './policy';
import { trainingProgram } from './program';
import { Stepper, type TrainingStep } from './stepper';
import { trainingWarnings } from './training-warnings';

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
   * Steps between two looks at the training: it yields once in so many steps, with the means of their metrics. From
   * 8 on, several steps run at once, which is a good deal faster.
   * @default 1
   */
  readonly every?: number;
  /** Hears how pre-trained weights and text are loaded. */
  readonly loading?: LoadObserver;
  /** Checkpoint to continue from: seed and settings are its own. */
  readonly resume?: Checkpoint;
}

/** A training in progress. Iterate to go on; between steps, look at the policy or take a checkpoint. */
export interface TrainingRun extends AsyncIterable<TrainingStep> {
  readonly config: Readonly<Record<string, unknown>>;
  /** What is allowed in these data with these settings, and seldom meant: show it to whoever trains. */
  readonly warnings: readonly DatasetWarning[];
  /** Steps taken so far. */
  readonly step: number;
  /**
   * The policy as it is now. Its parameters do not follow the training: call `load(await run.state())` for that.
   * @throws LamoError `diverged` if the state has numbers that are not finite, as {@link checkpoint} and {@link exportOnnx} do
   */
  policy(): Promise<TrainedPolicy>;
  /** Copies the state out, whatever is in it. */
  state(): Promise<Tree<HostArray>>;
  /** Everything needed to continue exactly from here. @throws LamoError `diverged` */
  checkpoint(): Promise<Checkpoint>;
  /**
   * Writes the policy as an ONNX file's bytes.
   * @param batch how many observations it takes at once @default any number
   */
  exportOnnx(batch?: number): Promise<Uint8Array>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}

/**
 * Prepares a training: initialises (or resumes) and compiles the algorithm's steps. Nothing is trained until the
 * result is iterated.
 *
 * @param algorithm a registered algorithm, or one of your own from `defineAlgorithm`
 * @throws LamoError `unknown-config-key`, `invalid-config`, `actions-out-of-range`, `checkpoint-mismatch`; while iterating `diverged`
 * @example
 * const run = await train(td3Bc, dataset, { steps: 20_000, seed: 1, every: 1000 });
 * for await (const { step, metrics } of run) console.log(step, metrics);
 */
export async function train<Learner extends AnyAlgorithm>(
  algorithm: Learner,
  dataset: Dataset,
  options: TrainOptions<Learner>,
): Promise<TrainingRun> {
  const hash = hashDataset(dataset);
  const resumed = options.resume && checkHeader(options.resume, algorithm, dataset, hash);
  const config = resumed
    ? parseSavedConfig(algorithm, resumed.config)
    : parseConfig(algorithm, options.config, options.preset);
  const actionBounds = resolveActionBounds(dataset, config);
  const scaled = scaleActions(dataset, actionBounds);
  const seed = resumed?.seed ?? options.seed ?? 0;

  // One stream for each purpose: a change in one does not shift the others.
  const rng = Rng.fromSeed(seed);
  const noise = rng.split('noise');
  const loaded = await loadParts(algorithm, dataset, config, seed, options.loading);
  const frozen = hashFrozen(loaded);
  if (resumed) checkFrozen(resumed.frozen, frozen);
  const source = await algorithm.batches(scaled, config, rng.split('batches'), loaded);
  const drawn = await algorithm.init(dataset, config, rng.split('init'), loaded);
  const state = { ...drawn, ...fitParts(algorithm, scaled, config, drawn) };
  if (resumed) {
    source.restore(resumed.batches);
    noise.restore(resumed.noise);
  }
  const device = options.device ?? (await openDevice('cpu'));
  const every = options.every ?? 1;
  const atOnce = device.isCompiled ? algorithm.stepsAtOnce : 1;
  const blockSize = every >= atOnce ? atOnce : 1;
  const { program, cycle, block } = trainingProgram(algorithm, config, state, source, loaded, {
    blockSize,
    planned: options.steps,
  });
  const executable = await device.compile(program);
  // Checked against the state that the algorithm begins with: every tensor is there, and no other.
  if (options.resume) await executable.writeState(options.resume.state);
  const parts = { algorithm: algorithm.name, executable, source, noise, cycle, block };
  const stepper = new Stepper(parts, resumed?.step ?? 0);
  const { name, observationSize, actionSize } = dataset;
  const spec = { observationSize, actionSize, actionBounds };
  const origin = { config, seed, ...spec, dataset: { name, hash }, frozen };
  const warnings = trainingWarnings(dataset, config);
  return new Training(algorithm, device, origin, loaded, stepper, options.steps, every, warnings);
}

/** Measures what joins the state that was drawn. */
function fitParts({ name, fit }: AnyAlgorithm, dataset: Dataset, config: unknown, drawn: Tree<HostArray>) {
  const twice = Object.keys(fit).filter((part) => part in (drawn as object));
  if (twice.length === 0) {
    const measures = Object.entries<(dataset: Dataset, config: unknown) => Tree<HostArray>>(fit);
    return Object.fromEntries(measures.map(([part, measure]) => [part, measure(dataset, config)]));
  }
  throw new LamoError({
    where: `algos/${name}`,
    code: 'part-twice',
    problem: `Both \`init\` and \`fit\` make '${twice.join("', '")}' of the state`,
    expected: 'each part of the state from one of them',
    hint: 'What is measured in the data belongs in `fit`, what is drawn in `init`.',
  });
}

class Training implements TrainingRun {
  constructor(
    readonly algorithm: AnyAlgorithm,
    readonly device: Device,
    /** The part of the checkpoint header that does not change. */
    readonly origin: Omit<TrainingHeader, 'algorithm' | 'step' | 'batches' | 'noise'>,
    readonly loaded: Loaded,
    readonly stepper: Stepper,
    readonly steps: number,
    readonly every: number,
    readonly warnings: readonly DatasetWarning[],
  ) {}

  get config() {
    return this.origin.config;
  }

  get step() {
    return this.stepper.taken;
  }

  [Symbol.asyncIterator](): AsyncGenerator<TrainingStep, void, void> {
    return this.stepper.stepTo(this.steps, this.every);
  }

  async policy(): Promise<TrainedPolicy> {
    return this.algorithm.policy.create(this.device, await this.#policyParts());
  }

  async exportOnnx(batch?: number): Promise<Uint8Array> {
    return this.algorithm.policy.exportOnnx(await this.#policyParts(), batch);
  }

  async #policyParts() {
    return { state: await this.#finiteState(), spec: this.origin, config: this.config, loaded: this.loaded };
  }

  async checkpoint(): Promise<Checkpoint> {
    const { source, noise } = this.stepper.parts;
    const header: TrainingHeader = {
      algorithm: this.algorithm.name,
      step: this.step,
      ...this.origin,
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
    return this.stepper.parts.executable.readState();
  }

  dispose(): Promise<void> {
    return this.stepper.parts.executable.dispose();
  }
}
