import type { ExperienceOptions } from '@lamo/algos';
import type { DeviceName } from '@lamo/runtime';
import type { ReadingFlags } from '../run/open-dataset';
import type { SeedFlags } from './train-seeds';

/** Flags that say how a training acts. */
export const ACTING = [
  'randomSteps',
  'stepsAtOnce',
  'updateRatio',
  'offlineShare',
] as const satisfies readonly (keyof ExperienceOptions)[];

/** Flags of `lamo train ALGORITHM`, apart from the settings of the algorithm. */
export interface TrainFlags
  extends ReadingFlags,
    SeedFlags,
    Pick<ExperienceOptions, (typeof ACTING)[number]> {
  /** Left out only where an algorithm learns by acting alone. */
  readonly dataset?: string;
  /** Part of the episodes that is not learned from; 0: none. */
  readonly heldOut?: number;
  readonly preset?: string;
  readonly initial?: string;
  readonly environment?: string;
  readonly onlineSteps?: number;
  readonly evaluateEvery?: number;
  readonly episodes?: number;
  readonly evaluationSeed?: number;
  readonly estimateEvery?: number;
  readonly device: DeviceName;
  readonly out?: string;
  readonly logEvery: number;
  readonly checkpointEvery: number;
}
