export { replaceFile, writeFileAtomic } from './atomic-file';
export type { FlagRows, NumberRows } from './columns';
export type {
  BatchSource,
  Dataset,
  Environment,
  EnvironmentSpec,
  InfoColumn,
  Policy,
  StepResult,
} from './contracts';
export { createDataset, type DatasetInput } from './dataset';
export {
  countFinishedEpisodes,
  findEpisodes,
  selectEpisodes,
  subsampleEpisodes,
  topEpisodes,
} from './episodes';
export { LamoError, type LamoErrorDetails } from './errors';
export { type ReadD4rlOptions, readD4rl } from './read-d4rl';
export { delayedRewards, episodeReturns, returnsToGo } from './returns';
export { Rng, type RngState } from './rng';
export {
  applyScaler,
  fitStandardScaler,
  invertScaler,
  type StandardScaler,
  type StandardScalerJson,
  scaleObservations,
  scalerFromJson,
  scalerToJson,
} from './scalers';
export {
  type TransitionField,
  type TransitionSamplerOptions,
  transitionSampler,
} from './transition-sampler';
export { qlearningTransitions, type Transitions, transitions } from './transitions';
export { type D4rlMetadataValue, type WriteD4rlOptions, writeD4rl } from './write-d4rl';
