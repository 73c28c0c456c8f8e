import { Rng } from '@lamo/core';
import { completionsFromTokens } from '@lamo/data';
import type { Checkpoint, Device, HostArray, Tree } from '@lamo/runtime';
import { sft } from '../algorithms/sft';
import { trainingHeader } from '../engine/checkpoint-header';
import { parseSavedConfig } from '../engine/parse-config';
import { type SettingsOf, train } from '../engine/train';
import type { CompletionsSpec } from '../kinds/completions';
import { datasetSizes } from '../kinds/dataset';
import type { LanguageModelState } from '../kinds/language-model';
import { checkSameSizes, type Demonstration } from './demonstration';
import { readExamples, textSpec } from './text-demonstrations';
import { trainedState } from './trained-state';

/** How a language model is fine-tuned. */
export interface LanguageLessonOptions {
  /** A training of SFT. */
  readonly pretrained: Checkpoint;
  /** Where it learns. */
  readonly device: Device;
  /** Seeds the batches of all lessons. @default 0 */
  readonly seed?: number;
  /** Gradient steps of a lesson. @default 300 */
  readonly steps?: number;
  /** Examples in a batch. @default as before */
  readonly batchSize?: number;
  /** The highest. @default as before */
  readonly learningRate?: number;
}

/** What lessons change of a language model: its weights, or its adapters. */
export type LearnedModel = Pick<LanguageModelState<HostArray>, 'parameters'> &
  Readonly<Record<string, Tree<HostArray>>>;

/** Fine-tunes a language model on demonstrations by SFT, from one lesson to the next. */
export class LanguageLesson {
  readonly #config: SettingsOf<typeof sft>;

  constructor(
    private readonly options: LanguageLessonOptions,
    private readonly spec: CompletionsSpec,
    private readonly endOfText: number,
  ) {
    const saved = parseSavedConfig(sft, trainingHeader(options.pretrained).config) as SettingsOf<typeof sft>;
    const { batchSize = saved.batchSize, learningRate = saved.learningRate } = options;
    this.#config = { ...saved, batchSize, learningRate };
  }

  /** Refuses examples that this model cannot read. @throws LamoError `shape-mismatch`, `not-a-text`, `token-out-of-range`, `example-too-long` */
  check({ task, dataset }: Demonstration): void {
    const { context, vocabularySize } = this.spec;
    const expected = textSpec(task.code.length + context, context, vocabularySize);
    checkSameSizes(datasetSizes(expected), dataset, 'what the model reads and writes');
    this.#read([{ task, dataset }]);
  }

  /**
   * Takes gradient steps on everything that was shown.
   *
   * @param model as it is
   * @param shown as it is without any
   * @param stream names this lesson: what it draws
   * @returns the model after it
   * @throws LamoError `diverged`
   */
  async teach(model: LearnedModel, shown: readonly Demonstration[], stream: string): Promise<LearnedModel> {
    if (shown.length === 0) return model;
    const { seed = 0, steps = 300, device } = this.options;
    const run = await train(sft, this.#read(shown), {
      ...{ steps, every: steps, device, seed: Rng.fromSeed(seed).split(stream).uint32() },
      ...{ config: this.#config, initial: { state: model } },
    });
    return learnedModel(await trainedState(run));
  }

  #read(shown: readonly Demonstration[]) {
    const { context, vocabularySize } = this.spec;
    const examples = shown.flatMap(({ dataset }) => readExamples(dataset, this.endOfText));
    return completionsFromTokens(examples, { name: 'demonstrations', context, vocabularySize });
  }
}

/** Leaves optimisers out. */
export function learnedModel(state: Tree<HostArray>): LearnedModel {
  const { parameters } = state as LanguageModelState<HostArray>;
  return { parameters };
}
