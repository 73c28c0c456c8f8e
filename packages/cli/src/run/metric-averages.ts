/** Sums and counts by metric: all that has to be kept to go on averaging after a resume. */
export type AveragesState = Readonly<Record<string, { readonly sum: number; readonly count: number }>>;

/** Averages metrics over the steps since the last line of the log. */
export interface MetricAverages {
  add(metrics: Readonly<Record<string, number>>): void;
  /** Means so far, each over the steps that had the metric. */
  read(): Record<string, number>;
  reset(): void;
  state(): AveragesState;
}

/** Starts to average metrics, or goes on from a saved state. */
export function averageMetrics(saved: AveragesState = {}): MetricAverages {
  let sums = new Map(Object.entries(saved).map(([name, entry]) => [name, { ...entry }]));
  return {
    add(metrics) {
      for (const name in metrics) {
        const entry = sums.get(name);
        if (entry === undefined) {
          sums.set(name, { sum: metrics[name]!, count: 1 });
        } else {
          entry.sum += metrics[name]!;
          entry.count += 1;
        }
      }
    },
    read: () => Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])),
    reset() {
      sums = new Map();
    },
    state: () => Object.fromEntries([...sums].map(([name, entry]) => [name, { ...entry }])),
  };
}
