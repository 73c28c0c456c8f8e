/**
 * AMF-NN with a model of trajectories, a Decision Transformer or LaMo, whose observations say the task. It is fine-tuned by its own loss. What it
 * does not know shows in the gradients of the last layer of its action head, taken in a copy that never learned the first demonstrations, at
 * each step of a demonstration given the steps before it.
 *
 * Reference: Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies, Section 4.2. Models of trajectories are ours.
 */
import { type Dataset, LamoError, type Policy, Rng } from '@lamo/core';
import { joinDatasets } from '@lamo/data';
import type { Checkpoint, Device, HostArray, Tree } from '@lamo/runtime';
import type { AnyAlgorithm } from '../engine/algorithm';
import { trainingHeader } from '../engine/checkpoint-header';
import { algorithms, findAlgorithm } from '../engine/find-algorithm';
import { identifyLoaded } from '../engine/identify-loaded';
import { loadParts, resultParts } from '../engine/load-result';
import { train } from '../engine/train';
import { findPart } from '../ingredients/observation-part';
import type { SequenceConfig } from '../ingredients/sequence/sequence-config';
import type { SequenceState } from '../ingredients/sequence/sequence-state';
import { type DatasetSpec, datasetSizes } from '../kinds/dataset';
import type { PolicyDefinition, PolicyParts, TrainedPolicy } from '../kinds/policy';
import { checkSameSizes, type Demonstration, type LabelledRows } from './demonstration';
import { gradientBeliefs } from './gradient-beliefs';
import type { LastLayerGradients } from './gradient-kernel';
import { type Learned, teachBoth } from './learned';
import type { ActiveLearner, Belief, Beliefs } from './learner';
import { savedBounds } from './lesson';
import { logDensity, outputGradients, outputLosses, toUnit } from './output-losses';
import { SequenceView } from './sequence-view';
import { trainedState } from './trained-state';

/** Settings of {@link SequenceLearner}. */
export interface SequenceLearnerOptions {
  /** A training of `dt` or `lamo` on data whose observations say the task. */
  readonly pretrained: Checkpoint;
  /** Where it learns. */
  readonly device: Device;
  /** The part of observations that says the task. @default 'task' */
  readonly part?: string;
  /** Seeds the batches of all lessons. @default 0 */
  readonly seed?: number;
  /** Gradient steps of a lesson. @default 3000 */
  readonly steps?: number;
  /** Windows in a batch. @default 64 */
  readonly batchSize?: number;
  /** From the first step on: lessons are not warmed up. @default 1e-4 */
  readonly learningRate?: number;
  /** Variance of what a demonstration shows, where states that are judged have the variance 1 on average. @default 0.01 */
  readonly noise?: number;
}

type Parts = PolicyParts<SequenceConfig, unknown>;
type Result = PolicyDefinition<unknown>;

/** What of an algorithm, and of a training, a learner needs. */
interface Known {
  readonly algorithm: AnyAlgorithm;
  readonly result: Result;
  readonly head: NonNullable<Result['head']>;
  readonly parts: Parts;
}

/**
 * A learner that is a model of trajectories. It always acts as fine-tuned: its memory holds what was done, so that actions cannot be mixed with
 * those of another one (the adaptive prior of `NeuralLearner`).
 */
export class SequenceLearner implements ActiveLearner<LastLayerGradients> {
  readonly criterion = 'variance';
  readonly believes = 'all-but-first';
  readonly part: string;
  #learned: Learned;

  private constructor(
    private readonly options: SequenceLearnerOptions,
    private readonly known: Known,
    private readonly view: SequenceView,
    private readonly acting: TrainedPolicy,
  ) {
    const { part = 'task', pretrained } = options;
    this.part = part;
    this.#learned = { tuned: pretrained.state, selection: pretrained.state };
  }

  /**
   * Makes a learner of a trained model.
   *
   * @throws LamoError `not-capable` if its algorithm has no such model, `unknown-part` if its observations do not say the task, `one-task`,
   *   `checkpoint-mismatch`, `seeded-backbone`, and what loading the model throws
   */
  static async open(options: SequenceLearnerOptions): Promise<SequenceLearner> {
    const { pretrained, device, part = 'task' } = options;
    const algorithm = findAlgorithm(trainingHeader(pretrained).algorithm);
    const result = algorithm.result as unknown as Result;
    const { head } = result;
    if (head === undefined) throw noHead(algorithm);
    const parts = (await resultParts(algorithm, pretrained)) as Parts;
    checkTold(parts, part);
    await checkBackbone(algorithm, parts, pretrained);
    const view = new SequenceView(device, { head, parts, part });
    const known = { algorithm, result, head, parts };
    return new SequenceLearner(options, known, view, await result.create(device, parts as never));
  }

  /** Sizes of what it sees and does. */
  get spec(): DatasetSpec {
    return this.known.parts.spec;
  }

  check({ dataset }: Demonstration): void {
    const { algorithm } = this.known;
    checkSameSizes(datasetSizes(this.spec), dataset, 'what the policy was trained on');
    algorithm.data.prepare(dataset, algorithm.config.parse(this.#config()));
  }

  async learn(demonstrations: readonly Demonstration[], round: number): Promise<void> {
    const learned = await teachBoth(this.#learned, demonstrations, round, (model, shown, stream) =>
      this.#teach(model, shown, stream),
    );
    await this.restore(learned);
  }

  /** The models after the last lesson. */
  state(): Learned {
    return this.#learned;
  }

  /** Goes back to how it was after a lesson. @param state what {@link state} was */
  async restore(state: Learned): Promise<void> {
    await this.acting.load(state.tuned);
    await this.view.load(state.selection);
    this.#learned = state;
  }

  async beliefs(rows: LabelledRows, belief?: Belief): Promise<Beliefs<LastLayerGradients>> {
    const look = (looked: LabelledRows) => this.#gradients(looked);
    return gradientBeliefs(rows, { belief, noise: this.options.noise, look });
  }

  async logDensities(rows: LabelledRows): Promise<Float64Array> {
    return (await this.losses(rows)).map((loss) => logDensity(loss, this.spec));
  }

  async losses(rows: LabelledRows): Promise<Float64Array> {
    const { outputs } = await this.view.look(rows);
    return outputLosses(outputs, toUnit(rows.actions, this.spec), this.spec);
  }

  /** How it acts now, always the same object: `reset` begins anew. It asks for the return that it asked for when it was trained. */
  policy(): Policy {
    return this.acting;
  }

  /** Writes how it acts now as an ONNX file, with the inputs of any policy of its algorithm. */
  exportOnnx(): Uint8Array {
    const { result, parts } = this.known;
    return result.exportOnnx({ ...parts, state: this.#learned.tuned } as never);
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    await this.view.dispose();
    await this.acting.dispose();
  }

  async #gradients(rows: LabelledRows): Promise<LastLayerGradients> {
    const { head, parts } = this.known;
    const { hidden, outputs } = await this.view.look(rows);
    const isBounded = head.isBounded(parts.config);
    const residuals = outputGradients(outputs, toUnit(rows.actions, this.spec), this.spec, isBounded);
    return { hidden, residuals };
  }

  async #teach(
    state: Tree<HostArray>,
    shown: readonly Demonstration[],
    stream: string,
  ): Promise<Tree<HostArray>> {
    if (shown.length === 0) return state;
    const { seed = 0, steps = 3000, device } = this.options;
    const datasets: Dataset[] = shown.map((demonstration) => demonstration.dataset);
    const run = await train(this.known.algorithm, joinDatasets('demonstrations', datasets), {
      ...{ steps, every: steps, device, seed: Rng.fromSeed(seed).split(stream).uint32() },
      config: this.#config(),
      initial: { state },
    });
    return trainedState(run);
  }

  /** How lessons are trained: as before, but for what options say. */
  #config(): object {
    const { batchSize = 64, learningRate = 1e-4 } = this.options;
    const { config, spec } = this.known.parts;
    return { ...config, ...savedBounds(spec), batchSize, learningRate, warmupSteps: 0 };
  }
}

/** Deviations below this are those of columns that were the same throughout: they would make other tasks millions. */
const SMALLEST = 1e-4;

/** Refuses a model whose scaler makes nothing sensible of tasks that it has not seen. */
function checkTold({ spec, state }: Parts, part: string): void {
  const { start, end } = findPart(spec, part);
  const { scaler } = state as unknown as SequenceState<HostArray>;
  if (scaler.standardDeviation.data.subarray(start, end).every((deviation) => deviation >= SMALLEST)) return;
  throw new LamoError({
    where: 'algos/active',
    code: 'one-task',
    problem: `The model standardises what says the task, '${part}', by data of one task alone, or in which some columns of it never change`,
    expected: 'columns that differ from task to task, or that are not standardised',
    received: 'a deviation of 0',
    hint: 'Train it with normaliseObservations false.',
  });
}

/** What is frozen is loaded anew for each lesson, so that it must not depend on the seed. */
async function checkBackbone(algorithm: AnyAlgorithm, { spec, config }: Parts, pretrained: Checkpoint) {
  const { seed, frozen } = trainingHeader(pretrained);
  const again = identifyLoaded(await loadParts(algorithm, spec, config, seed + 1));
  if ((again ?? null) === (frozen ?? null)) return;
  throw new LamoError({
    where: 'algos/active',
    code: 'seeded-backbone',
    problem:
      'What is frozen in this model was drawn by the seed of its training, and lessons have seeds of their own',
    expected: 'a pre-trained backbone, or one that trains as a whole',
    received: 'a random one that is frozen',
    hint: 'Train it with `pretrained` true.',
  });
}

function noHead({ name }: AnyAlgorithm): LamoError {
  const able = [...algorithms.values()].filter(
    ({ result }) => (result as unknown as Result).head !== undefined,
  );
  return new LamoError({
    where: 'algos/active',
    code: 'not-capable',
    problem: `A training of ${name} is not a model of trajectories that can be asked what it does not know`,
    expected: `a training of ${able.map((algorithm) => algorithm.name).join(' or ')}`,
    received: name,
    hint: 'Policies of multi-task-bc are for NeuralLearner.',
  });
}
