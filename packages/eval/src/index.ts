export { checkActionBounds } from './check-action-bounds';
export { type CollectDatasetOptions, collectDataset } from './collect/collect-dataset';
export { type CollectMazeOptions, collectMaze } from './collect/collect-maze';
export type { Collector, CollectTask, Mixture, Player } from './collect/collector';
export { allCollectors, collectorsOf, findCollector } from './collect/collectors';
export type { Snapshot, SnapshotCard, SnapshotLevel } from './collect/snapshot';
export {
  type Appearance,
  defineEnvironment,
  type EnvironmentDefinition,
  type EnvironmentEntry,
  type EnvironmentOptions,
  type ScoreRange,
} from './define-environment';
export { balancingPolicy } from './environments/cartpole';
export { type Comparison, compareEstimates } from './estimators/compare-estimates';
export {
  type EstimateFromLogOptions,
  estimateFromLog,
  LEAST_EPISODES,
  type LogEstimate,
  MEAN_WEIGHTS,
} from './estimators/estimate-from-log';
export type { Draw, Estimator, LogPart, PreparedEstimate } from './estimators/estimator';
export { estimators, findEstimator } from './estimators/estimators';
export type { Verdict } from './estimators/verdict';
export { type Episode, type EvaluateOptions, episodeSeed, evaluate } from './evaluate';
export {
  createEnvironment,
  environments,
  findEnvironment,
  lookUpEnvironment,
  prepareEnvironment,
} from './find-environment';
export { type GymnasiumOptions, gymnasiumEnvironment } from './gymnasium/gymnasium-environment';
export { gymnasiumId, PYTHON_VARIABLE } from './gymnasium/named-python';
export { type Cell, type Maze, type MazeName, mazes } from './mazes/mazes';
export type { WaypointOptions } from './mazes/waypoint-collector';
export {
  isMujocoEnvironment,
  type MujocoEnvironment,
  type MujocoTask,
  openMujoco,
} from './mujoco/mujoco-environment';
export type { Scene, SceneMesh, SceneShape } from './mujoco/scene';
export type { DerivedState } from './mujoco/simulation';
export { type BehaviourPolicyOptions, behaviourPolicy } from './policies/behaviour-policy';
export { randomPolicy } from './policies/random-policy';
export { waypointPolicy } from './policies/waypoint-policy';
export type { EnvironmentModule, EnvironmentSource } from './pool/environment-source';
export type { Inertia } from './robots/capsule';
export { type RolloutEpisode, type RolloutOptions, rollout } from './rollout';
export { hasReferenceReturns, normalisedScore, referenceReturns } from './scores';
export {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  type ResamplingOptions,
  type Strata,
  stratifiedBootstrapInterval,
} from './statistics/bootstrap';
export { correlation, rankCorrelation } from './statistics/correlation';
export { type ProfilePoint, performanceProfile } from './statistics/performance-profile';
export { type Improvement, probabilityOfImprovement } from './statistics/probability-of-improvement';
export {
  interquartileMean,
  mean,
  median,
  optimalityGap,
  quantile,
  standardDeviation,
  standardError,
} from './statistics/statistics';
export {
  type EvaluationPoint,
  type EvaluationSummary,
  LAST_SHARE,
  type LastOnes,
  summariseEvaluations,
} from './summarise-evaluations';
export { type DemonstrateOptions, demonstrate } from './task-sets/demonstrate';
export { demonstrateTasks } from './task-sets/demonstrate-tasks';
export { type EvaluateTasksOptions, evaluateTasks, type TaskResult } from './task-sets/evaluate-tasks';
export { findTask } from './task-sets/find-task';
export { findTaskSet, taskSets } from './task-sets/find-task-set';
export type { TaskSet } from './task-sets/task-set';
export { type ToldTaskOptions, toldTask } from './task-sets/told-task';
export { type BleuOptions, bleu, selfBleu } from './text/bleu';
export { distinct } from './text/distinct';
export {
  type JudgeTextsOptions,
  judgeTexts,
  type TextFigures,
  type TextUnit,
  type WrittenTexts,
} from './text/judge-texts';
export type { TextTokens } from './text/n-grams';
export { type Rouge, rougeL, rougeN } from './text/rouge';
export { drawTexts, type SolvedText, shareSolved } from './text-tasks/draw-texts';
export { LETTER_TASK_CHARACTERS, type LetterTask, letterTasks } from './text-tasks/letter-tasks';
export { type MazePlayer, type PlayMazeOptions, playMaze } from './text-tasks/play-maze';
export {
  bestMazeReturns,
  describeCell,
  MAZE_STARTS,
  type MazeCell,
  type MazeDialogue,
  type MazeStep,
  MOST_MOVES,
  MOVE_WORDS,
  type MoveWord,
  moveInMaze,
  randomMazeWalk,
} from './text-tasks/text-maze';
export type { Trajectory } from './trajectory';
