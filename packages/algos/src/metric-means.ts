/** Means of metrics over several steps, each over the steps that reported it. */
export class MetricMeans {
  readonly #sums = new Map<string, { sum: number; count: number }>();

  add(metric: string, value: number): void {
    const entry = this.#sums.get(metric);
    if (entry === undefined) this.#sums.set(metric, { sum: value, count: 1 });
    else {
      entry.sum += value;
      entry.count += 1;
    }
  }

  read(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([metric, { sum, count }]) => [metric, sum / count]));
  }
}
