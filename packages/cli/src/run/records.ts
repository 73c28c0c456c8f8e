import type { ActionValues } from '@lamo/algos';
import { z } from 'zod';

/** A number of steps that were taken. */
const step = z.int().min(0);

/** A line of `metrics.jsonl`: each metric's mean over the steps since the line before. */
export interface MetricsRecord {
  /** Gradient steps taken. */
  readonly step: number;
  /** Means by the name of the metric. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The metrics of a step on what is held out, at this line's step; left out if nothing is. */
  readonly heldOut?: Readonly<Record<string, number>>;
}

export const metricsRecord: z.ZodType<MetricsRecord> = z.looseObject({
  step,
  metrics: z.record(z.string(), z.number()),
  heldOut: z.record(z.string(), z.number()).exactOptional(),
});

/**
 * A line of `evaluations.jsonl`: one target return, if the policy follows any. Arrays have one element per episode, in the
 * order of the episodes' numbers.
 */
export interface EvaluationRecord {
  /** Gradient steps taken. */
  readonly step: number;
  /** Id of the environment. */
  readonly environment: string;
  /** Whether the run made it on its way, as planned. Others were asked for by `lamo evaluate`, and are kept apart. */
  readonly inTraining: boolean;
  /** The return that the policy was asked for, in raw units; null if it follows no target. */
  readonly targetReturn: number | null;
  /** What the episodes' seeds follow from. */
  readonly seed: number;
  /** Mean return on D4RL's scale, 0 to 100; null where D4RL has no reference returns. */
  readonly score: number | null;
  /** Undiscounted sums of rewards. */
  readonly returns: readonly number[];
  /** Steps of the environment. */
  readonly lengths: readonly number[];
  /** What the environment was reset with. */
  readonly seeds: readonly number[];
}

/** An evaluation as versions wrote it that did not say yet whether it was made in training. */
export type EvaluationLine = Omit<EvaluationRecord, 'inTraining'> & { readonly inTraining?: boolean };

export const evaluationLine: z.ZodType<EvaluationLine> = z
  .looseObject({
    step,
    environment: z.string().min(1),
    inTraining: z.boolean().exactOptional(),
    // The first version knew none.
    targetReturn: z.number().nullable().default(null),
    seed: z.int(),
    score: z.number().nullable(),
    returns: z.array(z.number()).min(1),
    lengths: z.array(z.int().positive()),
    seeds: z.array(z.int()),
  })
  .refine(({ returns, lengths }) => lengths.length === returns.length, {
    path: ['lengths'],
    error: 'as many as there are returns',
  })
  .refine(({ returns, seeds }) => seeds.length === returns.length, {
    path: ['seeds'],
    error: 'as many as there are returns',
  });

/** A line of `timing.jsonl`, the one file of a run that differs each time. */
export interface TimingRecord {
  /** The step that was reached. */
  readonly step: number;
  /** What the time was spent on. */
  readonly activity: 'training' | 'evaluation';
  /** Time since the record before. */
  readonly seconds: number;
}

export const timingRecord: z.ZodType<TimingRecord> = z.looseObject({
  step,
  activity: z.enum(['training', 'evaluation']),
  seconds: z.number().min(0),
});

/** An episode as it was played. Earlier versions kept no more than what the policy observed. */
export interface RecordedEpisode {
  /** What the environment was reset with. */
  readonly seed: number;
  /** Undiscounted sum of rewards. */
  readonly return: number;
  /** [length + 1, O], rounded to four decimals */
  readonly observations: readonly number[];
  /** True if the task ended, false if the time limit cut it. */
  readonly terminated?: boolean | undefined;
  /** [length, A] as carried out, rounded to four decimals */
  readonly actions?: readonly number[] | undefined;
  /** [length], rounded to six decimals */
  readonly rewards?: readonly number[] | undefined;
  /** [length, positions] of a simulated environment, before each action, rounded to four decimals */
  readonly qpos?: readonly number[] | undefined;
  /** [length] what the critics thought of each action where it was taken, rounded to six decimals; none without critics */
  readonly values?: readonly number[] | undefined;
}

/** A file of `trajectories/`: what happened in the first episodes of an evaluation. */
export interface TrajectoriesRecord {
  /** Gradient steps taken. */
  readonly step: number;
  /** Id of the environment. */
  readonly environment: string;
  /** As in {@link EvaluationRecord}. */
  readonly targetReturn: number | null;
  /** O, the numbers in one observation. */
  readonly observationSize: number;
  /** The rewards that values are of: those of the environment, or what training made of them. None without values. */
  readonly valueRewards?: ActionValues['rewards'] | undefined;
  /** The first episodes of the evaluation. */
  readonly episodes: readonly RecordedEpisode[];
}

const recordedEpisode: z.ZodType<RecordedEpisode> = z.looseObject({
  seed: z.int(),
  return: z.number(),
  observations: z.array(z.number()).min(1),
  terminated: z.boolean().optional(),
  actions: z.array(z.number()).optional(),
  rewards: z.array(z.number()).optional(),
  qpos: z.array(z.number()).optional(),
  values: z.array(z.number()).optional(),
});

export const trajectoriesRecord: z.ZodType<TrajectoriesRecord> = z
  .looseObject({
    step,
    environment: z.string().min(1),
    targetReturn: z.number().nullable().default(null),
    observationSize: z.int().positive(),
    valueRewards: z.enum(['raw', 'transformed']).optional(),
    episodes: z.array(recordedEpisode).min(1),
  })
  .refine(
    ({ observationSize, episodes }) =>
      episodes.every(({ observations }) => observations.length % observationSize === 0),
    { path: ['observationSize'], error: 'a size that divides the observations of every episode' },
  )
  .refine(
    ({ observationSize, episodes }) =>
      episodes.every(({ rewards, observations, actions = [], qpos = [], values }) => {
        if (rewards === undefined) return true;
        const rows = observations.length / observationSize - 1;
        const perRow = [rewards, values ?? rewards].every(({ length }) => length === rows);
        return perRow && [actions, qpos].every(({ length }) => length % rows === 0);
      }),
    {
      path: ['episodes'],
      error: 'a reward, an action, positions and a value for each observation but the last',
    },
  );
