import type { BatchSource, ColumnArray, DatasetWarning, Rng } from '@lamo/core';
import type { Executable, HostArray, Tree } from '@lamo/runtime';
import { checkMetrics } from './diverged';
import { averageMetrics, type MetricAverages } from './metric-averages';
import { BLOCK, placed } from './program';
import { StepTimes } from './step-times';

/** Metrics of one step, by name. */
export type StepMetrics = Readonly<Record<string, number>>;

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

/** Steps, ready to run on a device. */
export interface CompiledSteps {
  readonly executable: Executable;
  /** The variant of each step of a cycle. */
  readonly cycle: readonly string[];
  /** The steps of one block; empty if there is none. Blocks start where a cycle starts. */
  readonly block: readonly string[];
}

/** What {@link Stepper} stands on. */
export interface StepperParts {
  readonly algorithm: string;
  readonly source: BatchSource;
  readonly noise: Rng;
  /** Called for each step, in their order, with its own metrics. */
  readonly onStep: ((step: number, metrics: StepMetrics) => void) | undefined;
  /** Called with what does not stop the training, but should be known. */
  readonly onWarning: ((warning: DatasetWarning) => void) | undefined;
}

/** The batch arrays of each place in a block, by the names that the sampler knows. */
type Places = readonly Readonly<Record<string, ColumnArray>>[];

/**
 * Takes gradient steps, several at once where that is faster: copying the state out after a step takes a good part of a short
 * step, and hardly matters beside a long one. What comes out is the same, bit for bit.
 */
export class Stepper {
  #places: Places;
  readonly #times = new StepTimes();

  /**
   * @param steps how to take them one by one
   * @param compileBlocks compiles the same steps with blocks, in the initial state; undefined where they are never joined
   * @param taken steps taken so far
   */
  constructor(
    readonly parts: StepperParts,
    public steps: CompiledSteps,
    private compileBlocks: (() => Promise<CompiledSteps>) | undefined,
    public taken: number,
  ) {
    this.#places = placesOf(steps, parts.source);
  }

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

  /** Takes a block, or where none fits a step. */
  async #take(target: number, means: MetricAverages): Promise<void> {
    const { cycle, block } = this.steps;
    const turn = this.taken % cycle.length;
    const fits = block.length > 0 && turn === 0 && this.taken + block.length <= target;
    const each = await (fits ? this.#run(BLOCK, block.length) : this.#run(cycle[turn]!, 1));
    checkMetrics(this.parts.algorithm, this.taken, each);
    for (const metrics of each) {
      this.taken += 1;
      means.add(metrics, 1);
      this.parts.onStep?.(this.taken, metrics);
    }
  }

  async #run(variant: string, count: number): Promise<StepMetrics[]> {
    const { source, noise } = this.parts;
    const { executable } = this.steps;
    const start = performance.now();
    for (let place = 0; place < count; place++) source.next(this.#places[place]!);
    await executable.run(variant, noise);
    const each: Record<string, number>[] = Array.from({ length: count }, () => ({}));
    for (const [output, [value]] of Object.entries(executable.outputs[variant]!)) {
      const separator = output.indexOf('/');
      each[Number(output.slice(0, separator))]![output.slice(separator + 1)] = value!;
    }
    this.#times.add(performance.now() - start);
    return each;
  }

  /** Changes over to blocks once it is known that they are worth compiling; they are compiled never or once. */
  async #join(remaining: number): Promise<void> {
    const compile = this.compileBlocks;
    if (compile === undefined || !this.#times.areMeasured) return;
    this.compileBlocks = undefined; // it holds the initial state, which may be large
    if (!this.#times.areWorthJoining(remaining)) return;
    const { executable } = this.steps;
    const joined = await this.#compileFor(await executable.readState(), compile);
    if (joined === undefined) return;
    await executable.dispose();
    this.steps = joined;
    this.#places = placesOf(joined, this.parts.source);
  }

  /** Undefined if that fails, as it may for want of memory: steps can be taken one by one as well. */
  async #compileFor(state: Tree<HostArray>, compile: () => Promise<CompiledSteps>) {
    let joined: CompiledSteps | undefined;
    try {
      joined = await compile();
      await joined.executable.writeState(state);
      return joined;
    } catch (error) {
      await joined?.executable.dispose();
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

function placesOf({ executable, block }: CompiledSteps, source: BatchSource): Places {
  const names = Object.keys(source.shapes);
  return Array.from({ length: Math.max(1, block.length) }, (_, place) =>
    Object.fromEntries(names.map((name) => [name, executable.inputs[placed(place, name)]!])),
  );
}
