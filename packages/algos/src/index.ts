export {
  type Algorithm,
  type AnyAlgorithm,
  type ConfigSchema,
  defineAlgorithm,
  type Step,
  type StepContext,
  type StepReturn,
} from './algorithm';
export { checkHeader, type TrainingHeader, trainingHeader } from './checkpoint-header';
export { commonConfig } from './config';
export { type FeedForwardPolicy, feedForwardPolicy } from './feed-forward-policy';
export { algorithms, findAlgorithm } from './lookup';
export { bellmanTarget, meanSquaredError } from './losses';
export { initObservationScaler } from './observation-scaler';
export { type ConfigField, describeConfig, parseConfig } from './parse-config';
export type { PolicyDefinition, PolicySpec, TrainedPolicy } from './policy';
export { trainingProgram } from './program';
export { bc, td3Bc } from './registry';
export { type TrainingRun, type TrainingStep, type TrainOptions, train } from './train';
