import type { DatasetWarning } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import { checkMetrics } from './diverged';
import { averageMetrics, type MetricAverages } from './metric-averages';
import { StepTimes } from './step-times';
import type { StepMetrics, TrainingSteps } from './training-steps';

/** What a training yields: where it is, and how it went since the last time. */
export interface TrainingStep {
  /** Steps taken, counted from 1. */
  readonly step: number;
  /** Means of the metrics over the steps since the last time; which there are may vary (a delayed actor). */
  readonly metrics: StepMetrics;
}

/** When a training yields. */
export interface Rhythm {
  /** Steps after which it yields: at every multiple of each. */
  readonly every: readonly number[];
  /** Milliseconds after which it yields before that, once the step that it is in has been taken. */
  readonly within: number;
}

/** What {@link Stepper} stands on. */
export interface StepperParts {
  readonly algorithm: string;
  /** Called for each step, in their order, with its own metrics. */
  readonly onStep: ((step: number, metrics: StepMetrics) => void) | undefined;
  /** Called with what does not stop the training, but should be known. */
  readonly onWarning: ((warning: DatasetWarning) => void) | undefined;
}

/**
 * Takes gradient steps, several at once where that is faster: copying the state out after a step takes a good part of a short
 * step, and hardly matters beside a long one. What comes out is the same, bit for bit.
 */
export class Stepper {
  readonly #times = new StepTimes();

  /**
   * @param steps how to take them
   * @param compileBlocks compiles the same steps with blocks, in the initial state; undefined where they are never joined
   * @param taken steps taken so far
   */
  constructor(
    readonly parts: StepperParts,
    public steps: TrainingSteps,
    private compileBlocks: (() => Promise<TrainingSteps>) | undefined,
    public taken: number,
  ) {}

  /** Takes steps up to `last`, and yields in a rhythm. @throws LamoError `diverged` */
  async *stepTo(last: number, { every, within }: Rhythm): AsyncGenerator<TrainingStep, void, void> {
    while (this.taken < last) {
      const due = every.map((steps) => (Math.floor(this.taken / steps) + 1) * steps);
      const target = Math.min(...due, last);
      const latest = performance.now() + within;
      const means = averageMetrics();
      do {
        await this.#join(last - this.taken);
        await this.#take(target, means);
      } while (this.taken < target && performance.now() < latest);
      yield { step: this.taken, metrics: means.read() };
    }
  }

  /** Takes as many steps as run at once. */
  async #take(target: number, means: MetricAverages): Promise<void> {
    const count = this.steps.next(this.taken, target - this.taken);
    const start = performance.now();
    const each = await this.steps.run(count, this.taken);
    this.#times.add(performance.now() - start);
    checkMetrics(this.parts.algorithm, this.taken, each);
    for (const metrics of each) {
      this.taken += 1;
      means.add(metrics, 1);
      this.parts.onStep?.(this.taken, metrics);
    }
  }

  /** Changes over to blocks once it is known that they are worth compiling; they are compiled never or once. */
  async #join(remaining: number): Promise<void> {
    const compile = this.compileBlocks;
    if (compile === undefined || !this.#times.areMeasured) return;
    this.compileBlocks = undefined; // it holds the initial state, which may be large
    if (!this.#times.areWorthJoining(remaining)) return;
    const joined = await this.#compileFor(await this.steps.readState(), compile);
    if (joined === undefined) return;
    await this.steps.dispose();
    this.steps = joined;
  }

  /** Undefined if that fails, as it may for want of memory: steps can be taken one by one as well. */
  async #compileFor(state: Tree<HostArray>, compile: () => Promise<TrainingSteps>) {
    let joined: TrainingSteps | undefined;
    try {
      joined = await compile();
      await joined.writeState(state);
      return joined;
    } catch (error) {
      await joined?.dispose();
      this.parts.onWarning?.(notJoined(this.taken, error));
      return undefined;
    }
  }
}

function notJoined(taken: number, error: unknown): DatasetWarning {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'steps-not-joined',
    message: `Several steps could not be compiled into one graph after step ${taken}, so they are taken one by one. What comes out is the same, but it takes longer. The reason: ${reason}`,
  };
}
