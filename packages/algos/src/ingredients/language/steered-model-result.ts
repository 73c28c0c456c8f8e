import type { SteeringStrength, TokenCritics, TokenValues } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { ResultDefinition, ResultParts } from '../../engine/result-kind';
import {
  type LanguageModelState,
  type LoadedModel,
  languageModelResult,
  modelOf,
  type TrainedLanguageModel,
} from '../../kinds/language-model';

/** Values that are learned: what trains of the network that they are on, if it is not the language model, and their heads. */
export type LearnedValues<Leaf> = Omit<TokenValues<Leaf>, 'network'> & {
  /** As `parameters` of the state. */
  readonly network?: Tree<Leaf>;
};

/** A state with a language model, values, and targets of their critics. */
export interface SteeredState<Leaf> extends LanguageModelState<Leaf> {
  /** V, and the critics that learn. */
  readonly values: LearnedValues<Leaf> & Tree<Leaf>;
  /** Critics that follow these. */
  readonly targets: TokenCritics<Leaf>;
}

/** Settings of how a model is steered. */
export interface SteeringConfig extends SteeringStrength {
  /** What rewards were multiplied by. */
  readonly rewardScale: number;
}

/** Makes the result of an algorithm that learns values beside a language model: the model, steered by V and the targets of its critics. */
export function steeredModelResult(): ResultDefinition<
  SteeringConfig,
  LoadedModel,
  SteeredState<tf.Tensor>,
  unknown,
  TrainedLanguageModel
> {
  const { kind, create, save } = languageModelResult<LoadedModel>((parts) =>
    steeredModel(parts as ResultParts<SteeringConfig, LoadedModel, unknown>),
  );
  return {
    ...{ kind, create, save },
    select: ({ parameters, values, targets }) => ({ parameters, values, targets }) as Tree<tf.Tensor>,
  };
}

function steeredModel({
  state,
  loaded,
  config,
}: ResultParts<SteeringConfig, LoadedModel, unknown>): TrainedLanguageModel {
  const { values, targets } = state as unknown as SteeredState<HostArray>;
  const { network, value } = values;
  const { advantageWeight, largestAdvantage, rewardScale } = config;
  const own = network && { network: modelOf({ state: { parameters: network }, loaded }).parameters };
  return {
    ...modelOf({ state, loaded }),
    steering: {
      ...{ advantageWeight, largestAdvantage, rewardScale },
      values: { critics: targets, value, ...own } as TokenValues<HostArray>,
    },
  };
}
