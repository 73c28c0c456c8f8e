import { type Gpt2, type Gpt2Config, type LoadedGpt2, saveGpt2 } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../engine/algorithm';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';

/** What is loaded for a language model to be trained. */
export interface LoadedModel extends Loaded {
  /** Sizes and switches of the model. */
  readonly sizes: Gpt2Config;
  /** Weights to begin with; undefined for a model that is drawn anew. */
  readonly weights: Gpt2<HostArray> | undefined;
}

/** A state whose `parameters` are a language model. */
export interface LanguageModelState<Leaf> {
  /** Weights of the model. */
  readonly parameters: Gpt2<Leaf> & Tree<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What comes out of an algorithm that trains a language model: a GPT-2, as transformers' `config.json` and `model.safetensors`. */
export type LanguageModelDefinition<Resources extends LoadedModel> = ResultDefinition<
  unknown,
  Resources,
  LanguageModelState<tf.Tensor>,
  unknown,
  LoadedGpt2
>;

/** Makes the result of an algorithm whose state has the `parameters` of a language model. */
export function languageModelResult<Resources extends LoadedModel>(): LanguageModelDefinition<Resources> {
  const modelOf = ({ state, loaded }: ResultParts<unknown, Resources, unknown>): LoadedGpt2 => {
    const { parameters } = state as LanguageModelState<HostArray>;
    return { config: loaded.sizes, parameters };
  };
  return {
    kind: 'language-model',
    select: ({ parameters }) => parameters,
    create: (_device, parts) => modelOf(parts),
    save: (folder, parts) => saveGpt2(folder, modelOf(parts)),
  };
}
