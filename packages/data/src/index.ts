export type {
  BatchSource,
  Dataset,
  Environment,
  EnvironmentSpec,
  InfoColumn,
  Policy,
  StepResult,
} from './contracts';
export { LamoError, type LamoErrorDetails } from './errors';
export { Rng, type RngState } from './rng';
