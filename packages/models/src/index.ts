export { scaleActions, unscaleActions } from './action-bounds';
export { actionGradients } from './action-gradients';
export { type CriticStacks, initCriticStacks, stackedValues } from './critic-stacks';
export { type Critics, initCritics, lowestValues, oneCritic, qValues } from './critics';
export {
  type DecisionTransformer,
  type DecisionTransformerSettings,
  type DecisionTransformerSizes,
  initDecisionTransformer,
  lastStateToken,
  predictActions,
  redrawNormal,
  type SequenceBatch,
  stateTokens,
  trajectoryTokens,
} from './decision-transformer';
export {
  type Gaussian,
  type GaussianPolicy,
  gaussianLogDensity,
  initGaussianPolicy,
  sampleGaussian,
} from './gaussian-policy';
export { checkCorpus } from './gpt2/check-corpus';
export {
  evaluatePerplexity,
  type Perplexity,
  type PerplexityOptions,
} from './gpt2/evaluate-perplexity';
export {
  type GenerateOptions,
  type GenerateTextOptions,
  generateText,
  generateTokens,
} from './gpt2/generate';
export {
  type DropoutSource,
  type Gpt2,
  type Gpt2Block,
  type Gpt2Body,
  type Gpt2Pass,
  gpt2,
  initGpt2,
  initGpt2Body,
  nextTokenLogits,
  tokenEmbeddings,
} from './gpt2/gpt2';
export {
  formatGpt2Config,
  type Gpt2Activation,
  type Gpt2Config,
  gpt2Config,
  gpt2Sizes,
  parseGpt2Config,
} from './gpt2/gpt2-config';
export { gpt2FromTensors, gpt2Shapes, gpt2ToTensors, isGpt2Tensor } from './gpt2/gpt2-weights';
export { type LanguagePass, languageLoss } from './gpt2/language-model';
export { type LoadedGpt2, loadGpt2, loadGpt2Config, saveGpt2 } from './gpt2/load-gpt2';
export { initOrthogonal, type OrthogonalOptions } from './init-orthogonal';
export { initSmallOutput } from './init-small-output';
export { initSmallXavier } from './init-small-xavier';
export { addLayerNorm, type NormalisedLinear } from './layer-norm-mlp';
export { type Activation, initLinear, type Linear, linear } from './linear';
export {
  addLora,
  type LoraLayers,
  type LoraSettings,
  loraUpdate,
  mergeLora,
  unmergeLora,
} from './lora/lora';
export { addPeftAdapters, peftTensors } from './lora/peft';
export { formatPeftConfig, type PeftConfig, parsePeftConfig } from './lora/peft-config';
export { initMlp, type Mlp, mlp } from './mlp';
export { identityScaler, type ObservationScaler, scaleObservations } from './observation-scaler';
export {
  countGroups,
  type GroupPatterns,
  type ParameterGroups,
  partitionParameters,
} from './parameters/parameter-groups';
export { matchesPath, parameterName } from './parameters/parameter-name';
export { deterministicPolicy } from './policies';
export { type LoadWeightsOptions, loadWeights, type Weights } from './pretrained/load-weights';
export { nanoModelFolder } from './pretrained/nano-model';
export { type SavedWeights, type SaveWeightsOptions, saveWeights } from './pretrained/save-weights';
export { qValuesOfSets } from './q-values-of-sets';
export {
  readGaussian,
  type SpreadOptions,
  type SquashedSample,
  sampleSquashed,
  squashedLogDensity,
  squashedMean,
} from './squashed-gaussian';
export { initSquashedPolicy, type SquashedPolicy, squashedPolicy } from './squashed-policy';
export { stackNetworks } from './stack-networks';
export { copyTokenizer } from './tokenizer/copy-tokenizer';
export { type LoadTokenizerOptions, loadTokenizer } from './tokenizer/load-tokenizer';
export { saveTokenizer } from './tokenizer/save-tokenizer';
export {
  type TrainedTokenizer,
  type TrainTokenizerOptions,
  trainTokenizer,
} from './tokenizer/train-tokenizer';
export {
  type PredictedTrajectory,
  predictLastAction,
  predictTrajectory,
  type TrajectoryModel,
  type TrajectoryPass,
} from './trajectory-model';
export { initTwoLayerMlp, residualMlp, type TwoLayerMlp, twoLayerMlp } from './two-layer-mlp';
