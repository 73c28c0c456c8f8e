/** Sums and counts by metric: all that has to be kept to go on averaging after a resume. */
export type AveragesState = Readonly<Record<string, { readonly sum: number; readonly count: number }>>;

/** Averages metrics over steps. */
export interface MetricAverages {
  /** Adds the means over some steps. */
  add(metrics: Readonly<Record<string, number>>, steps: number): void;
  /** Means so far, each over the steps that had the metric. */
  read(): Record<string, number>;
  /** Starts over, with no steps. */
  reset(): void;
  /** Returns what is needed to continue later. */
  state(): AveragesState;
}

/** Starts to average metrics, or continues from a saved state. */
export function averageMetrics(saved: AveragesState = {}): MetricAverages {
  let sums = new Map(Object.entries(saved).map(([name, entry]) => [name, { ...entry }]));
  return {
    add(metrics, steps) {
      for (const name in metrics) {
        const entry = sums.get(name) ?? { sum: 0, count: 0 };
        entry.sum += metrics[name]! * steps;
        entry.count += steps;
        sums.set(name, entry);
      }
    },
    read: () => Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])),
    reset() {
      sums = new Map();
    },
    state: () => Object.fromEntries([...sums].map(([name, entry]) => [name, { ...entry }])),
  };
}
