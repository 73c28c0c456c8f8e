/**
 * AMF-NN: a network of multi-task BC that is fine-tuned on demonstrations. What it does not know shows in the gradients of its last
 * layer, taken in a copy that never learned the first demonstrations; what it knew before is kept by an adaptive prior.
 *
 * Reference: Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies, Section 4.2, Appendices H and M.
 */
import { type Policy, Rng } from '@lamo/core';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import { savedData } from '../engine/checkpoint-header';
import type { DatasetSpec } from '../kinds/dataset';
import type { ComparedActions } from './adaptive-prior';
import { type Demonstration, type LabelledRows, labelRows } from './demonstration';
import { gradientBeliefs } from './gradient-beliefs';
import type { LastLayerGradients } from './gradient-kernel';
import { type Learned, teachBoth } from './learned';
import type { ActiveLearner, Belief, Beliefs } from './learner';
import { Lesson, type LessonOptions } from './lesson';
import { exportMixedPolicy, mixedPolicy } from './mixed-policy';
import { NetworkView } from './network-view';
import { logDensity, outputGradients, outputLosses, toUnit } from './output-losses';
import { type Mixture, mixTasks, type TaskMixing } from './task-mixing';

/** Settings of {@link NeuralLearner}. */
export interface NeuralLearnerOptions extends LessonOptions {
  /**
   * β of the adaptive prior, what it costs to act as fine-tuned and not as before; null always acts as fine-tuned.
   * @default 0.01, the paper’s
   */
  readonly beta?: number | null;
  /** Variance of what a demonstration shows, where states that are judged have the variance 1 on average. @default 0.01 */
  readonly noise?: number;
}

/** Draws of {@link NeuralLearner.dropoutVariances}. */
const DRAWS = 16;

/** As it was before, as it is, and as it is without the first demonstrations. */
interface Views {
  readonly prior: NetworkView;
  readonly tuned: NetworkView;
  readonly selection: NetworkView;
}

/** A learner that is a network. */
export class NeuralLearner implements ActiveLearner<LastLayerGradients> {
  readonly criterion = 'variance';
  readonly believes = 'all-but-first';
  readonly part: string;
  readonly #lesson: Lesson;
  #learned: Learned;
  #mixing: readonly TaskMixing[] = [];

  private constructor(
    private readonly options: NeuralLearnerOptions,
    /** Sizes of what it sees and does. */
    readonly spec: DatasetSpec,
    private readonly views: Views,
  ) {
    this.#lesson = new Lesson(options, spec);
    this.part = this.#lesson.part;
    const { state } = options.pretrained;
    this.#learned = { tuned: state, selection: state };
  }

  /**
   * Makes a learner of a trained network.
   *
   * @throws LamoError `checkpoint-mismatch` if the checkpoint is of another algorithm, `no-task` if it was told no task
   */
  static async open(options: NeuralLearnerOptions): Promise<NeuralLearner> {
    const { pretrained, device } = options;
    const { spec } = savedData(pretrained, multiTaskBc);
    const view = () => new NetworkView(device, spec, pretrained.state);
    return new NeuralLearner(options, spec, { prior: view(), tuned: view(), selection: view() });
  }

  /** How far each task that was shown is left to what was fine-tuned; 1 without an adaptive prior. */
  get mixing(): readonly TaskMixing[] {
    return this.#mixing;
  }

  check({ dataset }: Demonstration): void {
    this.#lesson.check(dataset);
  }

  async learn(demonstrations: readonly Demonstration[], round: number): Promise<void> {
    const learned = await teachBoth(this.#learned, demonstrations, round, (model, shown, stream) =>
      this.#lesson.teach(model, shown, stream),
    );
    await this.restore(learned, demonstrations);
  }

  /** The networks after the last lesson. */
  state(): Learned {
    return this.#learned;
  }

  /**
   * Goes back to how it was after a lesson.
   *
   * @param state what {@link state} was
   * @param demonstrations those that it had seen
   */
  async restore(state: Learned, demonstrations: readonly Demonstration[]): Promise<void> {
    await this.views.tuned.load(state.tuned);
    await this.views.selection.load(state.selection);
    this.#learned = state;
    const { beta = 0.01 } = this.options;
    this.#mixing = await mixTasks(demonstrations, beta, (shown) => this.#compare(shown));
  }

  async beliefs(rows: LabelledRows, belief?: Belief): Promise<Beliefs<LastLayerGradients>> {
    const look = (looked: LabelledRows) => this.#gradients(looked);
    return gradientBeliefs(rows, { belief, noise: this.options.noise, look });
  }

  async logDensities(rows: LabelledRows): Promise<Float64Array> {
    return (await this.losses(rows)).map((loss) => logDensity(loss, this.spec));
  }

  async losses({ observations, actions }: LabelledRows): Promise<Float64Array> {
    const { outputs } = await this.views.selection.look(observations);
    return outputLosses(outputs, toUnit(actions, this.spec), this.spec);
  }

  async dropoutVariances({ observations }: LabelledRows): Promise<Float64Array> {
    const rng = Rng.fromSeed(this.options.seed ?? 0).split('dropout');
    const draws: Float64Array[] = [];
    for (let i = 0; i < DRAWS; i++)
      draws.push(Float64Array.from((await this.views.selection.drop(observations, rng)).data));
    return variancesOf(draws, this.spec.actionSize);
  }

  policy(): Policy {
    return mixedPolicy(this.views, this.#mixture());
  }

  /** Writes how it acts now as an ONNX file: it takes what {@link policy} takes, and the mixing is inside. */
  exportOnnx(): Uint8Array {
    const networks = { prior: this.options.pretrained.state, tuned: this.#learned.tuned };
    return exportMixedPolicy(networks, this.#mixture());
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    for (const view of Object.values(this.views)) await view.dispose();
  }

  #mixture(): Mixture {
    const otherwise = this.options.beta === null ? 1 : 0;
    return { mixing: this.#mixing, otherwise, part: this.part, spec: this.spec };
  }

  async #gradients({ observations, actions }: LabelledRows): Promise<LastLayerGradients> {
    const { hidden, outputs } = await this.views.selection.look(observations);
    const residuals = outputGradients(outputs, toUnit(actions, this.spec), this.spec);
    // Doubles once, and not in every product.
    return { hidden: { ...hidden, data: Float64Array.from(hidden.data) }, residuals };
  }

  async #compare(shown: readonly Demonstration[]): Promise<ComparedActions> {
    const labelled = shown.map((demonstration) => ({ demonstration, task: demonstration.task }));
    const { observations, actions } = labelRows(labelled, this.part).rows;
    const [tuned, prior] = [
      await this.views.tuned.look(observations),
      await this.views.prior.look(observations),
    ];
    return {
      actionSize: this.spec.actionSize,
      demonstrated: toUnit(actions, this.spec).data,
      tuned: tuned.outputs.data,
      prior: prior.outputs.data,
    };
  }
}

/** Sums over the A components of the variances over draws, [n]. */
function variancesOf(draws: readonly Float64Array[], width: number): Float64Array {
  const variances = new Float64Array(draws[0]!.length / width);
  for (let i = 0; i < draws[0]!.length; i++) {
    const values = draws.map((draw) => draw[i]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    variances[Math.floor(i / width)]! +=
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  }
  return variances;
}
