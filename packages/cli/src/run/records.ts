/** A line of `metrics.jsonl`: each metric's mean over the steps since the line before. */
export interface MetricsRecord {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * A line of `evaluations.jsonl`: one target return, if the policy follows any. Arrays have one element per episode, in the
 * order of the episodes' numbers.
 */
export interface EvaluationRecord {
  readonly step: number;
  readonly environment: string;
  /** Whether the run made it on its way, as planned. Others were asked for by `lamo evaluate`, and are kept apart. */
  readonly inTraining: boolean;
  /** What the policy was told to earn, in raw units; null if it follows no target. */
  readonly targetReturn: number | null;
  /** What the episodes' seeds follow from. */
  readonly seed: number;
  /** Mean return on D4RL's scale, 0 to 100; null where D4RL has no reference returns. */
  readonly score: number | null;
  /** Undiscounted sums of rewards. */
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
  readonly seeds: readonly number[];
}

/** A line of `timing.jsonl`, the one file of a run that differs each time. */
export interface TimingRecord {
  /** The step that was reached. */
  readonly step: number;
  readonly activity: 'training' | 'evaluation';
  readonly seconds: number;
}

/** A file of `trajectories/`: what a policy saw in the first episodes of an evaluation. */
export interface TrajectoriesRecord {
  readonly step: number;
  readonly environment: string;
  /** As in {@link EvaluationRecord}. */
  readonly targetReturn: number | null;
  readonly observationSize: number;
  readonly episodes: readonly {
    readonly seed: number;
    readonly return: number;
    /** [length + 1, O], rounded to four decimals */
    readonly observations: readonly number[];
  }[];
}
