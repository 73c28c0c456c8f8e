export { type CriticStacks, initCriticStacks, stackedValues } from './critics/critic-stacks';
export {
  type Critics,
  initCritics,
  lowestValues,
  oneCritic,
  pickCritics,
  qValues,
  stateValues,
} from './critics/critics';
export { qValuesOfSets } from './critics/q-values-of-sets';
export { stackNetworks } from './critics/stack-networks';
export { BatchGenerator, type Continuation, type GenerateBatchOptions } from './gpt2/batch-generator';
export { checkCorpus } from './gpt2/check-corpus';
export { evaluateCompletions } from './gpt2/evaluate-completions';
export {
  evaluatePerplexity,
  type Perplexity,
  type PerplexityOptions,
} from './gpt2/evaluate-perplexity';
export { evaluatePreferences, type PreferenceScore } from './gpt2/evaluate-preferences';
export { type ExportGpt2Options, exportGpt2 } from './gpt2/export-gpt2';
export {
  type GenerateOptions,
  type GenerateTextOptions,
  generateText,
  generateTokens,
} from './gpt2/generate';
export { generateBatch } from './gpt2/generate-batch';
export {
  type ContinueTextsOptions,
  continueTexts,
  type GenerateTextsOptions,
  generateTexts,
  type TextContinuation,
} from './gpt2/generate-texts';
export {
  type DropoutSource,
  type Gpt2,
  type Gpt2Block,
  type Gpt2Body,
  type Gpt2Memory,
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
export { GPT2_LAYERS, gpt2LayerPattern } from './gpt2/gpt2-layers';
export { gpt2FromTensors, gpt2Shapes, gpt2ToTensors, isGpt2Tensor } from './gpt2/gpt2-weights';
export { type ImplicitRewards, type ImplicitRewardsOptions, implicitRewards } from './gpt2/implicit-rewards';
export {
  type LanguagePass,
  languageLoss,
  type PackedRows,
  predictTokens,
  type ReadPredictions,
  type TokenPredictions,
} from './gpt2/language-model';
export { type LoadedGpt2, loadGpt2, loadGpt2Config, saveGpt2 } from './gpt2/load-gpt2';
export type { MeasuredDraw } from './gpt2/measure-draw';
export type { ModelHeads, StoredHeads, StoredTensors } from './gpt2/model-heads';
export { redistributeReward } from './gpt2/redistribute-reward';
export {
  checkRewardHead,
  initRewardHead,
  lastLearned,
  REWARD_FILE,
  type RewardHead,
  textRewards,
} from './gpt2/reward-head';
export { type ScoreTextsOptions, scoreTexts, type TextScore } from './gpt2/score-texts';
export { type SentenceCodesOptions, type SentenceReader, sentenceCodes } from './gpt2/sentence-codes';
export { type Steering, type SteeringStrength, steeredLogits } from './gpt2/steering';
export {
  hiddenStates,
  initTokenValues,
  type TokenCritics,
  type TokenValues,
  textValues,
  tokenCritics,
} from './gpt2/token-values';
export {
  isGpt2Adapter,
  loadGpt2Adapter,
  mergeGpt2Adapter,
  type PeftAdapter,
  saveGpt2Adapter,
} from './lora/load-adapter';
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
export { initOrthogonal, type OrthogonalOptions } from './networks/init-orthogonal';
export { initSmallOutput } from './networks/init-small-output';
export { initSmallXavier } from './networks/init-small-xavier';
export { addLayerNorm, type NormalisedLinear } from './networks/layer-norm-mlp';
export { type Activation, initLinear, type Linear, linear } from './networks/linear';
export { initMlp, type Mlp, mlp, mlpHidden } from './networks/mlp';
export { initTwoLayerMlp, residualMlp, type TwoLayerMlp, twoLayerMlp } from './networks/two-layer-mlp';
export {
  countGroups,
  type GroupPatterns,
  type ParameterGroups,
  partitionParameters,
} from './parameters/parameter-groups';
export { matchesPath, parameterName } from './parameters/parameter-name';
export { scaleActions, unscaleActions } from './policies/action-bounds';
export { actionGradients } from './policies/action-gradients';
export {
  type Gaussian,
  type GaussianPolicy,
  gaussianLogDensity,
  initGaussianPolicy,
  sampleGaussian,
} from './policies/gaussian-policy';
export { identityScaler, type ObservationScaler, scaleObservations } from './policies/observation-scaler';
export { deterministicPolicy } from './policies/policies';
export {
  readGaussian,
  type SpreadOptions,
  type SquashedSample,
  sampleSquashed,
  squashedLogDensity,
  squashedMean,
} from './policies/squashed-gaussian';
export { initSquashedPolicy, type SquashedPolicy, squashedPolicy } from './policies/squashed-policy';
export { type LoadWeightsOptions, loadWeights, type Weights } from './pretrained/load-weights';
export { nanoModelFolder } from './pretrained/nano-model';
export { refuseUnknownModel } from './pretrained/refuse-unknown-model';
export { type SavedWeights, type SaveWeightsOptions, saveWeights } from './pretrained/save-weights';
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
} from './sequence/decision-transformer';
export {
  type LastAction,
  lookAtLastAction,
  type PredictedTrajectory,
  predictLastAction,
  predictTrajectory,
  type TrajectoryModel,
  type TrajectoryPass,
} from './sequence/trajectory-model';
export { copyTokenizer } from './tokenizer/copy-tokenizer';
export { type LoadTokenizerOptions, loadTokenizer } from './tokenizer/load-tokenizer';
export { saveStateTokenizer } from './tokenizer/save-state-tokenizer';
export { saveTokenizer } from './tokenizer/save-tokenizer';
export type { TokenizerLibrary } from './tokenizer/tokenizer-library';
export {
  type TrainedTokenizer,
  type TrainTokenizerOptions,
  trainTokenizer,
} from './tokenizer/train-tokenizer';
