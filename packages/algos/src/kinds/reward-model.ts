import type { RewardHead } from '@lamo/models';
import type { HostArray } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { ResultDefinition } from '../engine/result-kind';
import {
  type LanguageModelState,
  type LoadedModel,
  languageModelResult,
  modelOf,
  type TrainedLanguageModel,
} from './language-model';

/** A state with a language model, and a head on it that tells how good a text is. */
export interface RewardModelState<Leaf> extends LanguageModelState<Leaf> {
  /** On the hidden state of the token that ends an answer. */
  readonly rewardHead: RewardHead<Leaf>;
}

/**
 * Makes the result of an algorithm whose state has the `parameters` of a language model and a `rewardHead`: a GPT-2 as that of
 * `languageModelResult`, and the head in a file beside it.
 */
export function rewardModelResult(): ResultDefinition<
  unknown,
  LoadedModel,
  RewardModelState<tf.Tensor>,
  unknown,
  TrainedLanguageModel
> {
  const { create, save } = languageModelResult<LoadedModel>((parts) => {
    const { rewardHead } = parts.state as unknown as RewardModelState<HostArray>;
    return { ...modelOf(parts), rewardHead };
  });
  return {
    ...{ kind: 'reward-model', create, save },
    select: ({ parameters, rewardHead }) => ({ parameters, rewardHead }),
  };
}
