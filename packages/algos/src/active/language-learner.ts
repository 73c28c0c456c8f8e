/**
 * A language model that is fine-tuned on solved examples: AMF-NN, of which a step is a token. What it does not know shows in the gradients
 * of its head, taken in a copy that never learned the first demonstrations; what it knew before is kept by an adaptive prior.
 *
 * Reference: Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies, Section 4.2, Appendices H and M. The paper has no language
 * models: the softmax head and mixed probabilities are ours.
 */
import type { Policy, Task } from '@lamo/core';
import type { Tokenizer } from '@lamo/data';
import type { HostArray, Tree } from '@lamo/runtime';
import { sft } from '../algorithms/sft';
import { savedData } from '../engine/checkpoint-header';
import { resultParts } from '../engine/load-result';
import { type LoadedModel, modelOf } from '../kinds/language-model';
import type { ComparedActions } from './adaptive-prior';
import { type Demonstration, type LabelledRows, labelRows } from './demonstration';
import { gradientBeliefs } from './gradient-beliefs';
import type { LastLayerGradients } from './gradient-kernel';
import {
  LanguageLesson,
  type LanguageLessonOptions,
  type LearnedModel,
  learnedModel,
} from './language-lesson';
import { type Learned, teachBoth } from './learned';
import type { ActiveLearner, Belief, Beliefs } from './learner';
import type { NetworkOutputs } from './network-view';
import { outputGradients, outputLosses, toUnit } from './output-losses';
import { mixTasks, type TaskMixing } from './task-mixing';
import { endOfTextOf, INSTRUCTION, type TextSizes, textRow, textSpec } from './text-demonstrations';
import { type MixedTexts, mixedOdds, odds, textPolicy } from './text-policy';
import { TextView } from './text-view';

/** Settings of {@link LanguageLearner}. */
export interface LanguageLearnerOptions extends LanguageLessonOptions {
  /** That of the model. */
  readonly tokenizer: Tokenizer;
  /**
   * β of the adaptive prior, what it costs to write as fine-tuned and not as before: in squared distance of probabilities, over all
   * tokens of a demonstration. null always writes as fine-tuned.
   * @default 0.01, the paper’s
   */
  readonly beta?: number | null;
  /** Variance of what a demonstration shows, where tokens that are judged have the variance 1 on average. @default 0.01 */
  readonly noise?: number;
  /**
   * Whose mistakes selections go by: those of the copy that never learned the first demonstrations, as in the paper, or those that are left
   * when the adaptive prior mixes that copy with what was there before, as what acts is mixed (ours). What the copy alone has forgotten is
   * asked for again, though the prior still knows it.
   * @default 'fine-tuned'
   */
  readonly selectBy?: 'fine-tuned' | 'mixture';
}

/** As it was before, as it is, and as it is without the first demonstrations. */
interface Views {
  readonly prior: TextView;
  readonly tuned: TextView;
  readonly selection: TextView;
}

/** A learner that is a language model. Tasks are those of `instructedTasks`, demonstrations those of `solvedExamples`. */
export class LanguageLearner implements ActiveLearner<LastLayerGradients> {
  readonly criterion = 'variance';
  readonly believes = 'all-but-first';
  readonly part = INSTRUCTION;
  readonly #lesson: LanguageLesson;
  readonly #endOfText: number;
  #learned: Learned<LearnedModel>;
  #mixing: readonly TaskMixing[] = [];

  private constructor(
    private readonly options: LanguageLearnerOptions,
    /** What texts are written in, and how long they may be: for `solvedExamples`. */
    readonly sizes: TextSizes,
    private readonly views: Views,
    /** V, the tokens that the model scores. */
    private readonly vocabularySize: number,
  ) {
    const { pretrained, tokenizer } = options;
    this.#endOfText = endOfTextOf(tokenizer);
    this.#lesson = new LanguageLesson(options, savedData(pretrained, sft).spec, this.#endOfText);
    const model = learnedModel(pretrained.state);
    this.#learned = { tuned: model, selection: model };
  }

  /**
   * Makes a learner of a trained model.
   *
   * @throws LamoError `checkpoint-mismatch` if the checkpoint is of another algorithm, `no-end-of-text`, and what loading its model throws
   */
  static async open(options: LanguageLearnerOptions): Promise<LanguageLearner> {
    const { pretrained, device, tokenizer } = options;
    const { spec, loaded } = await resultParts(sft, pretrained);
    const { context } = spec as { readonly context: number };
    const model = loaded as LoadedModel;
    const whole = (state: Tree<HostArray>) =>
      modelOf({ state, loaded: model }).parameters as unknown as Tree<HostArray>;
    const view = () => new TextView(device, model.sizes, whole, pretrained.state);
    const views = { prior: view(), tuned: view(), selection: view() };
    return new LanguageLearner(options, { tokenizer, context }, views, model.sizes.vocabSize);
  }

  /** How far each task that was shown is left to what was fine-tuned; 1 without an adaptive prior. */
  get mixing(): readonly TaskMixing[] {
    return this.#mixing;
  }

  check(demonstration: Demonstration): void {
    this.#lesson.check(demonstration);
  }

  async learn(demonstrations: readonly Demonstration[], round: number): Promise<void> {
    const learned = await teachBoth(this.#learned, demonstrations, round, (model, shown, stream) =>
      this.#lesson.teach(model, shown, stream),
    );
    await this.restore(learned, demonstrations);
  }

  /** The models after the last lesson. */
  state(): Learned<LearnedModel> {
    return this.#learned;
  }

  /**
   * Goes back to how it was after a lesson.
   *
   * @param state what {@link state} was
   * @param demonstrations those that it had seen
   */
  async restore(state: Learned<LearnedModel>, demonstrations: readonly Demonstration[]): Promise<void> {
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
    return (await this.losses(rows)).map((loss) => -loss);
  }

  async losses({ observations, actions }: LabelledRows): Promise<Float64Array> {
    const width = observations.length / actions.length;
    const { outputs } = await this.#judge(observations, width);
    const spec = this.#spec(width);
    return outputLosses(outputs, toUnit(actions, spec), spec);
  }

  policy(): Policy {
    return textPolicy(this.views, this.#mixed());
  }

  /**
   * Completes prompts of a task, by the likeliest token each time.
   *
   * @param prompts without the instruction
   * @returns completions without the end of text; as far as they go where the context ends first
   */
  async complete(task: Task, prompts: readonly string[]): Promise<string[]> {
    const { tokenizer, context } = this.sizes;
    const policy = this.policy();
    const texts = prompts.map((prompt) => ({ read: tokenizer.encode(prompt), written: [] as number[] }));
    let open = texts;
    while (open.length > 0) {
      policy.reset(open.length);
      const seen = open.flatMap(({ read, written }) => textRow(task, [...read, ...written], context));
      const next = await policy.act(Float32Array.from(seen), new Float32Array(open.length));
      open = open.filter(({ read, written }, i) => {
        if (next[i] === this.#endOfText) return false;
        written.push(next[i]!);
        return read.length + written.length < context;
      });
    }
    return texts.map(({ written }) => tokenizer.decode(written));
  }

  /** Frees what the device holds. */
  async dispose(): Promise<void> {
    for (const view of Object.values(this.views)) await view.dispose();
  }

  #spec(width: number) {
    return textSpec(width, this.sizes.context, this.vocabularySize);
  }

  #mixed(): MixedTexts {
    const { vocabularySize, sizes } = this;
    const { context } = sizes;
    const otherwise = this.options.beta === null ? 1 : 0;
    return { mixing: this.#mixing, otherwise, part: this.part, context, vocabularySize };
  }

  /** Of the loss −log p(a) by the head: (p − 1ₐ) hᵀ. GPT-2’s head is its table of tokens, of which this is the part that the head has. */
  async #gradients({ observations, actions }: LabelledRows): Promise<LastLayerGradients> {
    const width = observations.length / actions.length;
    const { hidden, outputs } = await this.#judge(observations, width);
    const spec = this.#spec(width);
    const residuals = outputGradients(outputs, toUnit(actions, spec), spec);
    return { hidden: { ...hidden, data: Float64Array.from(hidden.data) }, residuals };
  }

  /** What selections go by: hidden states and scores, of a mixture the logarithms of its probabilities. */
  async #judge(observations: Float32Array, width: number): Promise<NetworkOutputs> {
    const { selection, prior } = this.views;
    const alone = await selection.look(observations, width);
    if (this.options.selectBy !== 'mixture') return alone;
    const mixed = await mixedOdds({ prior, tuned: selection }, this.#mixed(), observations, width);
    const data = Float64Array.from(mixed.data, (p) => Math.log(Math.max(p, Number.MIN_VALUE)));
    return { hidden: alone.hidden, outputs: { width: mixed.width, data } };
  }

  async #compare(shown: readonly Demonstration[]): Promise<ComparedActions> {
    const labelled = shown.map((demonstration) => ({ demonstration, task: demonstration.task }));
    const { observations, actions } = labelRows(labelled, this.part).rows;
    const width = observations.length / actions.length;
    return {
      actionSize: this.vocabularySize,
      demonstrated: toUnit(actions, this.#spec(width)).data,
      tuned: (await odds(this.views.tuned, observations, width)).data,
      prior: (await odds(this.views.prior, observations, width)).data,
    };
  }
}
