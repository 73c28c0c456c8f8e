export {
  type Algorithm,
  type AnyAlgorithm,
  type ConfigSchema,
  type DatasetSpec,
  defineAlgorithm,
  type Loaded,
  type Step,
  type StepContext,
  type StepReturn,
} from './algorithm';
export { checkHeader, type TrainingHeader, trainingHeader } from './checkpoint-header';
export { commonConfig } from './config';
export { type FeedForwardPolicy, feedForwardPolicy } from './feed-forward-policy';
export { loadPolicy } from './load-policy';
export { algorithms, findAlgorithm } from './lookup';
export { bellmanTarget, maskedMeanSquaredError, meanSquaredError } from './losses';
export { initObservationScaler } from './observation-scaler';
export { type ConfigField, describeConfig, parseConfig } from './parse-config';
export type { PolicyDefinition, PolicyParts, PolicySpec, TrainedPolicy } from './policy';
export { trainingProgram } from './program';
export { bc, dt, lamo, td3Bc, wikiRl } from './registry';
export { type TrainingRun, type TrainingStep, type TrainOptions, train } from './train';
