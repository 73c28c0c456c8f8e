export { type ReplaceFileOptions, replaceFile, writeFileAtomic } from './atomic-file';
export { cacheFolder } from './cache-folder';
export { checkCount, checkFiniteValues, checkFraction, checkNumber } from './check-numbers';
export type {
  ActionBounds,
  ActionSpace,
  BatchSource,
  BatchTable,
  BatchTables,
  BoxSpace,
  ColumnArray,
  Dataset,
  DatasetWarning,
  DiscreteSpace,
  Environment,
  EnvironmentSpec,
  ImageSpace,
  InfoColumn,
  ObservationPart,
  ObservationSpace,
  PartEncoding,
  Policy,
  StandIn,
  StepResult,
  Task,
  VectorSpace,
} from './contracts';
export { LamoError, type LamoErrorDetails } from './errors';
export { findInPackage } from './find-in-package';
export { isRunning } from './is-running';
export type { ActionDensities, CriticValues, JudgedLog, NetworkValues } from './judged-log';
export { makeFolder } from './make-folder';
export { allNearest, nearest } from './nearest';
export { describeIssue, parseRecord, type RecordOrigin, type ValueIssue } from './parse-record';
export { Rng, type RngState } from './rng';
export { runWithin } from './run-within';
export { showValue } from './show-value';
export { removeAbandoned, temporaryPath } from './temporary-file';
export { writeError } from './write-error';
export { checkWritable, writeTarget } from './write-target';
