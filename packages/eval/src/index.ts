export { checkActionBounds } from './check-action-bounds';
export { type CollectDatasetOptions, collectDataset } from './collect/collect-dataset';
export { type CollectMazeOptions, collectMaze } from './collect/collect-maze';
export { createEnvironment, type EnvironmentOptions, environmentIds } from './environments';
export { type Cell, type Maze, type MazeName, mazes } from './environments/mazes';
export type { MujocoEnvironment } from './environments/mujoco-environment';
export type { Inertia } from './environments/planar-robot-model';
export {
  type EnvironmentSource,
  type Episode,
  type EvaluateOptions,
  episodeSeed,
  evaluate,
} from './evaluate';
export { type BehaviourPolicyOptions, behaviourPolicy } from './policies/behaviour-policy';
export { randomPolicy } from './policies/random-policy';
export { waypointPolicy } from './policies/waypoint-policy';
export { type RolloutEpisode, type RolloutOptions, rollout } from './rollout';
export { hasReferenceReturns, normalisedScore, type ReferenceReturns, referenceReturns } from './scores';
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  interquartileMean,
  mean,
  median,
  quantile,
  standardDeviation,
  standardError,
  stratifiedBootstrapInterval,
} from './statistics';
export type { Trajectory } from './trajectory';
