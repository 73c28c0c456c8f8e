import { join } from 'node:path';
import {
  type Gpt2,
  type Gpt2Config,
  type LoadedGpt2,
  type ModelHeads,
  mergeLora,
  type PeftAdapter,
  peftTensors,
  saveGpt2,
  saveGpt2Adapter,
} from '@lamo/models';
import { type HostArray, joinTrees, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from '../engine/algorithm';
import type { ResultDefinition, ResultParts } from '../engine/result-kind';

/** What is loaded for a language model to be trained. */
export interface LoadedModel extends Loaded {
  /** Sizes and switches of the model. */
  readonly sizes: Gpt2Config;
  /** Weights to begin with; undefined for a model that is drawn anew, and where adapters train: the model is then `frozen`. */
  readonly weights: Gpt2<HostArray> | undefined;
  /** The adapters that train beside the model; undefined if all of it trains. */
  readonly adapters?: Omit<PeftAdapter, 'tensors' | 'heads'>;
  /** What the model that was loaded had learned beside its weights. */
  readonly heads?: ModelHeads;
}

/** A state whose `parameters` are what trains of a language model: all of it, or its adapters. */
export interface LanguageModelState<Leaf> {
  /** Weights that train. */
  readonly parameters: Tree<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** A trained model: of one with adapters, these are merged into the weights, and there beside them. */
export interface TrainedLanguageModel extends LoadedGpt2 {
  /** The adapters apart from the model that they were trained beside. */
  readonly adapter?: PeftAdapter;
}

/**
 * What comes out of an algorithm that trains a language model: a GPT-2, as transformers' `config.json` and `model.safetensors`. Adapters
 * are in a folder `adapter` beside these, as PEFT has them. Both have the heads that were learned with them.
 */
export type LanguageModelDefinition<Resources extends LoadedModel> = ResultDefinition<
  unknown,
  Resources,
  LanguageModelState<tf.Tensor>,
  unknown,
  TrainedLanguageModel
>;

/** Name of the folder of adapters, beside the model that they are merged into. */
export const ADAPTER_FOLDER = 'adapter';

/** Joins the weights of a language model that train with those that do not, without the models that are only {@link asked}. */
export function wholeModel<Leaf>(parameters: Tree<Leaf>, frozen: Tree<Leaf>): Gpt2<Leaf> & Tree<Leaf> {
  const { asked: _, ...own } = frozen as Readonly<Record<string, Tree<Leaf>>>;
  return joinTrees(parameters, own) as unknown as Gpt2<Leaf> & Tree<Leaf>;
}

/** Other models that a training only asks, by name: they are frozen with it. */
export function asked<Name extends string, Leaf>(
  frozen: Tree<Leaf>,
): Readonly<Record<Name, Gpt2<Leaf> & Tree<Leaf>>> {
  return (frozen as Readonly<Record<string, Tree<Leaf>>>).asked as never;
}

/**
 * Makes the result of an algorithm whose state has the `parameters` of a language model.
 *
 * @param makeModel makes the model, with more than these if need be
 */
export function languageModelResult<Resources extends LoadedModel>(
  makeModel: (parts: ResultParts<unknown, Resources, unknown>) => TrainedLanguageModel = modelOf,
): LanguageModelDefinition<Resources> {
  return {
    kind: 'language-model',
    select: ({ parameters }) => parameters,
    create: (_device, parts) => makeModel(parts),
    save(folder, parts) {
      const model = makeModel(parts);
      if (model.adapter !== undefined) saveGpt2Adapter(join(folder, ADAPTER_FOLDER), model.adapter, model);
      saveGpt2(folder, model);
    },
  };
}

/** Makes the model of a state: adapters are merged into it. */
export function modelOf({
  state,
  loaded,
}: Pick<ResultParts<unknown, LoadedModel, unknown>, 'state' | 'loaded'>): TrainedLanguageModel {
  const { parameters } = state as LanguageModelState<HostArray>;
  const { sizes: config, frozen = {}, adapters } = loaded;
  const whole = wholeModel(parameters, frozen);
  if (adapters === undefined) return { config, parameters: whole };
  const merged = mergeLora(whole, adapters.config.alpha) as unknown as Gpt2<HostArray>;
  return { config, parameters: merged, adapter: { ...adapters, tensors: peftTensors(parameters) } };
}
