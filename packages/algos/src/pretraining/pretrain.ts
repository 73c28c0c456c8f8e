import { Rng } from '@lamo/core';
import { type TokenCorpus, tokenBlockSampler } from '@lamo/data';
import {
  checkCorpus,
  evaluatePerplexity,
  formatGpt2Config,
  type Gpt2,
  type Gpt2Config,
  gpt2Config,
  initGpt2,
  type LoadedGpt2,
  type Perplexity,
  parseGpt2Config,
} from '@lamo/models';
import { type Checkpoint, type Device, type HostArray, initAdam, openDevice, type Tree } from '@lamo/runtime';
import { checkState } from '../engine/diverged';
import { parseConfig } from '../engine/parse-config';
import { trainingProgram } from '../engine/program';
import { Stepper, type TrainingStep } from '../engine/stepper';
import {
  type PretrainingConfig,
  type PretrainingPlan,
  type PretrainingState,
  pretraining,
} from './pretraining';
import { checkPretrainingHeader, type PretrainingHeader } from './pretraining-header';

/** Settings of {@link pretrain}. */
export interface PretrainOptions {
  /** Gradient steps in all, those of a resumed checkpoint included. The learning rate falls to 0 over them. */
  readonly steps: number;
  /** Sizes of the model. @default GPT-2 small, with the vocabulary of the corpus and as many positions as a block has */
  readonly model?: Gpt2Config;
  /** Weights to begin with. @default drawn anew */
  readonly parameters?: Gpt2<HostArray>;
  /** Seeds everything: initial weights, the order of the text, dropout. @default 0 */
  readonly seed?: number;
  /** Settings that differ from the defaults of {@link pretraining}. */
  readonly config?: Readonly<Partial<PretrainingConfig>>;
  /** Text that {@link PretrainRun.perplexity} measures. @default the corpus itself */
  readonly heldOut?: TokenCorpus;
  /** Where to train. @default the compiled `cpu` device */
  readonly device?: Device;
  /** Steps between two looks at the training: it yields once in so many steps, with the means of their metrics. @default 1 */
  readonly every?: number;
  /** Checkpoint to continue from: model, seed and settings are its own. */
  readonly resume?: Checkpoint;
}

/** A pre-training in progress. Iterate to go on; between steps, take the model or a checkpoint, or measure it. */
export interface PretrainRun extends AsyncIterable<TrainingStep> {
  /** All settings, defaults filled in. */
  readonly config: PretrainingConfig;
  /** Sizes of the model. */
  readonly sizes: Gpt2Config;
  /** Steps taken so far. */
  readonly step: number;
  /** Copies the model out as it is now, for `saveGpt2` or `generateText`. @throws LamoError `diverged` */
  model(): Promise<LoadedGpt2>;
  /** Measures the model as it is now on the held-out text, with dropout off. */
  perplexity(signal?: AbortSignal): Promise<Perplexity>;
  /** Copies the state out, whatever is in it. */
  state(): Promise<Tree<HostArray>>;
  /** Everything needed to continue exactly from here. @throws LamoError `diverged` */
  checkpoint(): Promise<Checkpoint>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}

/**
 * Prepares to train a GPT-2 on text, from scratch or from given weights. Nothing is trained until the result is iterated.
 *
 * @param corpus blocks of text; one block is one sequence
 * @throws LamoError `unknown-config-key`, `invalid-config`, `unsupported-model`, `block-too-long`, `token-out-of-range`,
 * `checkpoint-mismatch`; while iterating `diverged`
 * @example
 * const model = gpt2Config({ vocabSize: 2048, nPositions: 256, nEmbd: 128, nLayer: 3, nHead: 4 });
 * const run = await pretrain(corpus, { model, steps: 2000, every: 100 });
 * for await (const { step, metrics } of run) console.log(step, metrics.loss);
 * saveGpt2('my-model', await run.model());
 */
export async function pretrain(corpus: TokenCorpus, options: PretrainOptions): Promise<PretrainRun> {
  const resumed = options.resume && checkPretrainingHeader(options.resume, corpus, options.steps);
  const origin = resumed ?? describeStart(corpus, options);
  const { heldOut = corpus } = options;
  checkCorpus(origin.model, corpus);
  checkCorpus(origin.model, heldOut);

  // One stream for each purpose: a change in one does not shift the others.
  const rng = Rng.fromSeed(origin.seed);
  const noise = rng.split('noise');
  const { batchSize } = origin.config;
  const source = tokenBlockSampler(corpus, { batchSize, rng: rng.split('batches') });
  const state = startState(origin, options.parameters, rng.split('init'));
  if (resumed) {
    source.restore(resumed.batches);
    noise.restore(resumed.noise);
  }
  const device = options.device ?? (await openDevice('cpu'));
  const { program, cycle, block } = trainingProgram(pretraining, toPlan(origin), state, source);
  const executable = await device.compile(program);
  // Checked against the state that a pre-training begins with: every tensor is there, and no other.
  if (options.resume) await executable.writeState(options.resume.state);
  const parts = { algorithm: pretraining.name, executable, source, noise, cycle, block };
  const stepper = new Stepper(parts, resumed?.step ?? 0);
  return presentRun(origin, stepper, { device, heldOut, every: options.every ?? 1 });
}

/** The part of a checkpoint's header that does not change. */
type Origin = Omit<PretrainingHeader, 'step' | 'batches' | 'noise'>;

function presentRun(
  { task, model, config, seed, steps, corpus }: Origin,
  stepper: Stepper,
  { device, heldOut, every }: { device: Device; heldOut: TokenCorpus; every: number },
): PretrainRun {
  const { executable, source, noise } = stepper.parts;
  const finiteState = async () => {
    const state = await executable.readState();
    checkState(pretraining.name, stepper.taken, state);
    return state;
  };
  const readModel = async (): Promise<LoadedGpt2> => {
    const { parameters } = (await finiteState()) as PretrainingState<HostArray>;
    return { config: model, parameters };
  };
  return {
    config,
    sizes: model,
    get step() {
      return stepper.taken;
    },
    [Symbol.asyncIterator]: () => stepper.stepTo(steps, every),
    model: readModel,
    perplexity: async (signal) =>
      evaluatePerplexity(await readModel(), heldOut, { device, batchSize: config.batchSize, signal }),
    state: () => executable.readState(),
    async checkpoint() {
      const position = { step: stepper.taken, batches: source.state(), noise: noise.state() };
      const header: PretrainingHeader = { task, corpus, model, config, seed, steps, ...position };
      return { header, state: await finiteState() };
    },
    dispose: () => executable.dispose(),
  };
}

function describeStart(corpus: TokenCorpus, options: PretrainOptions): Origin {
  const { blocks, blockLength, vocabularySize } = corpus;
  const model = options.model ?? gpt2Config({ vocabSize: vocabularySize, nPositions: blockLength });
  return {
    task: 'pretrain',
    corpus: { blocks, blockLength },
    // Writing and reading it checks it.
    model: parseGpt2Config(formatGpt2Config(model), 'The model'),
    config: parseConfig(pretraining, options.config) as PretrainingConfig,
    seed: options.seed ?? 0,
    steps: options.steps,
  };
}

const toPlan = ({ model, config, steps }: Origin): PretrainingPlan => ({ ...config, model, steps });

function startState(origin: Origin, given: Gpt2<HostArray> | undefined, rng: Rng): Tree<HostArray> {
  const parameters = (given ?? initGpt2(origin.model, rng)) as Gpt2<HostArray> & Tree<HostArray>;
  return { parameters, optimizer: initAdam(parameters) };
}
