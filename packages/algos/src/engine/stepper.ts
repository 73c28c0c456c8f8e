import type { BatchSource, Rng } from '@lamo/core';
import type { Executable } from '@lamo/runtime';
import { checkMetrics } from './diverged';
import { averageMetrics, type MetricAverages } from './metric-averages';
import { BLOCK, placed, type TrainingProgram } from './program';

/** What a training yields: where it is, and how it went since the last time. */
export interface TrainingStep {
  /** Steps taken, counted from 1. */
  readonly step: number;
  /** Means of the metrics over the steps since the last time; which there are may vary (a delayed actor). */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What {@link Stepper} stands on. */
export interface StepperParts {
  readonly algorithm: string;
  readonly executable: Executable;
  readonly source: BatchSource;
  readonly noise: Rng;
  readonly cycle: TrainingProgram['cycle'];
  readonly block: TrainingProgram['block'];
}

/** Takes gradient steps, several at once where it can. */
export class Stepper {
  /** The batch arrays of each place in a block, by the names that the sampler knows. */
  readonly #batches: readonly Readonly<Record<string, Float32Array>>[];

  constructor(
    readonly parts: StepperParts,
    /** Steps taken so far. */
    public taken: number,
  ) {
    const { source, executable, block } = parts;
    const names = Object.keys(source.shapes);
    this.#batches = Array.from({ length: Math.max(1, block.length) }, (_, place) =>
      Object.fromEntries(names.map((name) => [name, executable.inputs[placed(place, name)]!])),
    );
  }

  /** Takes steps up to `last`, and yields once in `every` of them, with the means of their metrics. */
  async *stepTo(last: number, every: number): AsyncGenerator<TrainingStep, void, void> {
    while (this.taken < last) {
      const next = (Math.floor(this.taken / every) + 1) * every;
      const metrics = await this.advanceTo(Math.min(next, last));
      yield { step: this.taken, metrics };
    }
  }

  /**
   * Takes steps up to and including the given one.
   * @returns each metric's mean over the steps that reported it
   * @throws LamoError `diverged`
   */
  async advanceTo(step: number): Promise<Record<string, number>> {
    const { cycle, block } = this.parts;
    const means = averageMetrics();
    while (this.taken < step) {
      const turn = this.taken % cycle.length;
      const fits = block.length > 0 && turn === 0 && this.taken + block.length <= step;
      await (fits ? this.#run(BLOCK, block.length, means) : this.#run(cycle[turn]!, 1, means));
    }
    return means.read();
  }

  async #run(variant: string, steps: number, means: MetricAverages): Promise<void> {
    const { algorithm, executable, source, noise } = this.parts;
    for (let place = 0; place < steps; place++) source.next(this.#batches[place]!);
    await executable.run(variant, noise);
    const metrics = Object.entries(executable.outputs[variant]!).map(([output, [value]]) => {
      const separator = output.indexOf('/');
      const place = Number(output.slice(0, separator));
      return { step: this.taken + place + 1, metric: output.slice(separator + 1), value: value! };
    });
    checkMetrics(algorithm, metrics);
    for (const { metric, value } of metrics) means.add({ [metric]: value }, 1);
    this.taken += steps;
  }
}
