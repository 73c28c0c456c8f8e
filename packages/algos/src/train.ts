import { type BatchSource, type Dataset, hashDataset, LamoError, Rng } from '@lamo/data';
import {
  type Checkpoint,
  type Device,
  type Executable,
  type HostArray,
  openDevice,
  type Tree,
} from '@lamo/runtime';
import type { AnyAlgorithm } from './algorithm';
import { checkHeader, type TrainingHeader } from './checkpoint-header';
import { parseConfig } from './parse-config';
import type { TrainedPolicy } from './policy';
import { trainingProgram } from './program';

/** Settings of {@link train}. */
export interface TrainOptions {
  /** Gradient steps in all, those of a resumed checkpoint included. */
  readonly steps: number;
  /** Seeds everything: initial weights, batches, noise. @default 0 */
  readonly seed?: number;
  /** Settings that differ from the algorithm's defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Named settings of the algorithm, under {@link config}. */
  readonly preset?: string;
  /** Where to train. @default the compiled `cpu` device */
  readonly device?: Device;
  /** Checkpoint to continue from: seed and settings are its own. */
  readonly resume?: Checkpoint;
}

/** One gradient step. */
export interface TrainingStep {
  /** Counted from 1. */
  readonly step: number;
  /** The metrics of this step; which ones may vary from step to step (a delayed actor). */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A training in progress. Iterate to go on; between steps, look at the policy or take a checkpoint. */
export interface TrainingRun extends AsyncIterable<TrainingStep> {
  readonly config: Readonly<Record<string, unknown>>;
  /** Steps taken so far. */
  readonly step: number;
  /** The policy as it is now. Its parameters do not follow the training: call `load(await run.state())` for that. */
  policy(): Promise<TrainedPolicy>;
  /** Copies the state out. */
  state(): Promise<Tree<HostArray>>;
  /** Everything needed to continue exactly from here. */
  checkpoint(): Promise<Checkpoint>;
  /** Writes the policy as an ONNX file's bytes. */
  exportOnnx(batch?: number): Promise<Uint8Array>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}

/**
 * Prepares a training: initialises (or resumes) and compiles the algorithm's steps. Nothing is trained until the
 * result is iterated.
 *
 * @param algorithm a registered algorithm, or one of your own from `defineAlgorithm`
 * @throws LamoError `unknown-config-key`, `invalid-config`, `checkpoint-mismatch`; while iterating `diverged`
 * @example
 * const run = await train(td3Bc, dataset, { steps: 20_000, seed: 1 });
 * for await (const { step, metrics } of run) if (step % 1000 === 0) console.log(step, metrics);
 */
export async function train(
  algorithm: AnyAlgorithm,
  dataset: Dataset,
  options: TrainOptions,
): Promise<TrainingRun> {
  const hash = hashDataset(dataset);
  const resumed = options.resume && checkHeader(options.resume, algorithm, dataset, hash);
  const config = resumed
    ? parseConfig(algorithm, resumed.config)
    : parseConfig(algorithm, options.config, options.preset);
  const seed = resumed?.seed ?? options.seed ?? 0;

  // One stream for each purpose: a change in one does not shift the others.
  const rng = Rng.fromSeed(seed);
  const noise = rng.split('noise');
  const source = algorithm.batches(dataset, config, rng.split('batches'));
  const state = options.resume?.state ?? algorithm.init(dataset, config, rng.split('init'));
  if (resumed) {
    source.restore(resumed.batches);
    noise.restore(resumed.noise);
  }
  const device = options.device ?? (await openDevice('cpu'));
  const executable = await device.compile(trainingProgram(algorithm, config, state, source));
  const { name, observationSize, actionSize } = dataset;
  const origin = { config, seed, observationSize, actionSize, dataset: { name, hash } };
  return new Training(
    { algorithm, device, executable, source, noise, origin },
    resumed?.step ?? 0,
    options.steps,
  );
}

/** What a training stands on. */
interface TrainingParts {
  readonly algorithm: AnyAlgorithm;
  readonly device: Device;
  readonly executable: Executable;
  readonly source: BatchSource;
  readonly noise: Rng;
  /** The part of the checkpoint header that does not change. */
  readonly origin: Pick<TrainingHeader, 'config' | 'seed' | 'observationSize' | 'actionSize' | 'dataset'>;
}

class Training implements TrainingRun {
  constructor(
    readonly parts: TrainingParts,
    public step: number,
    readonly steps: number,
  ) {}

  get config() {
    return this.parts.origin.config;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainingStep, void, void> {
    const { algorithm, executable, source, noise } = this.parts;
    while (this.step < this.steps) {
      const variant = algorithm.stepAt(this.step + 1, this.config);
      source.next(executable.inputs);
      await executable.run(variant, noise);
      this.step += 1;
      yield {
        step: this.step,
        metrics: readMetrics(executable.outputs[variant]!, algorithm.name, this.step),
      };
    }
  }

  async policy(): Promise<TrainedPolicy> {
    const { algorithm, device, origin } = this.parts;
    return algorithm.policy.create(device, await this.state(), origin, this.config);
  }

  async exportOnnx(batch = 1): Promise<Uint8Array> {
    const { algorithm, origin } = this.parts;
    return algorithm.policy.exportOnnx(await this.state(), origin, this.config, batch);
  }

  async checkpoint(): Promise<Checkpoint> {
    const { algorithm, source, noise, origin } = this.parts;
    const header: TrainingHeader = {
      algorithm: algorithm.name,
      step: this.step,
      ...origin,
      batches: source.state(),
      noise: noise.state(),
    };
    return { header, state: await this.state() };
  }

  state(): Promise<Tree<HostArray>> {
    return this.parts.executable.readState();
  }

  dispose(): Promise<void> {
    return this.parts.executable.dispose();
  }
}

/** Copies the scalars of a step out, and stops a training whose numbers are no longer finite. */
function readMetrics(
  outputs: Readonly<Record<string, Float32Array>>,
  algorithm: string,
  step: number,
): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [metric, [value]] of Object.entries(outputs)) {
    if (!Number.isFinite(value)) throw diverged(algorithm, metric, step, value);
    metrics[metric] = value!;
  }
  return metrics;
}

function diverged(algorithm: string, metric: string, step: number, value: number | undefined): LamoError {
  return new LamoError({
    where: `algos/${algorithm}`,
    code: 'diverged',
    problem: `Training diverged: the metric '${metric}' of step ${step} is no finite number`,
    received: String(value),
    hint: 'Go on from the last checkpoint with a smaller learning rate, or check the data for extreme rewards.',
  });
}
