export { actionConfig, resolveActionBounds } from './action-bounds';
export type {
  Algorithm,
  AlgorithmDefinition,
  AnyAlgorithm,
  ConfigSchema,
  DatasetSpec,
  Loaded,
  LoadObserver,
  Step,
  StepContext,
  StepCycle,
  StepReturn,
} from './algorithm';
export { checkHeader, type TrainingHeader, trainingHeader } from './checkpoint-header';
export { commonConfig, valueConfig } from './config';
export {
  countAlgorithmParameters,
  countCheckpointParameters,
  type ParameterCounts,
} from './count-parameters';
export { defineAlgorithm } from './define-algorithm';
export { actorPolicy, type FeedForwardPolicy, feedForwardPolicy } from './feed-forward-policy';
export { exportPolicy, loadPolicy } from './load-policy';
export { algorithms, findAlgorithm } from './lookup';
export {
  advantageWeights,
  bellmanTarget,
  criticsError,
  criticsHuberError,
  expectileLoss,
  gumbelLoss,
  maskedMeanSquaredError,
  meanSquaredError,
  squaredDistances,
} from './losses';
export { type AveragesState, averageMetrics, type MetricAverages } from './metric-averages';
export { fitObservationScaler } from './observation-scaler';
export {
  type ConfigField,
  type Configurable,
  describeConfig,
  parseConfig,
  parseSavedConfig,
} from './parse-config';
export {
  actionBoundsOf,
  type PolicyDefinition,
  type PolicyParts,
  type PolicySpec,
  type TrainedPolicy,
} from './policy';
export {
  type PretrainOptions,
  type PretrainRun,
  pretrain,
} from './pretraining/pretrain';
export { type PretrainingConfig, pretraining } from './pretraining/pretraining';
export { trainingProgram } from './program';
// biome-ignore lint/performance/noReExportAll: an algorithm is registered with one line, not with one here as well
export * from './registry';
export { type RewardConfig, rewardConfig, rewardTransform } from './reward-config';
export type { TrainingStep } from './stepper';
export { type PresetOf, type SettingsOf, type TrainingRun, type TrainOptions, train } from './train';
export { type TransitionBatch, transitionBatches } from './transition-batches';
