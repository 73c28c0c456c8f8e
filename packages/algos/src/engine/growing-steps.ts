import type { BatchSource } from '@lamo/core';
import type { Device, HostArray, Tree } from '@lamo/runtime';
import type { StepMetrics, TrainingSteps } from './training-steps';

/** What a source that grows may see of the training. */
export interface GrowthLook {
  /** Where the training runs. */
  readonly device: Device;
  /** Copies the state out. */
  readState(): Promise<Tree<HostArray>>;
}

/** A source whose data grow in the course of the training, by what is done with what was learned so far. */
export interface GrowingSource extends BatchSource {
  /** Tells whether {@link grow} comes before the next step. @param taken steps taken so far */
  isDue(taken: number): boolean;
  /** How many steps are taken next before it is due again. */
  stepsLeft(taken: number): number;
  /** Grows. @returns metrics of that, which join those of the step after it */
  grow(look: GrowthLook): Promise<StepMetrics>;
  /** Frees what it acts with. */
  dispose(): Promise<void>;
}

/** Tells whether a source grows. */
export const isGrowing = (source: BatchSource): source is GrowingSource => 'grow' in source;

/** Steps on data that grow between them. */
export class GrowingSteps implements TrainingSteps {
  constructor(
    readonly steps: TrainingSteps,
    readonly source: GrowingSource,
    readonly device: Device,
  ) {}

  next(taken: number, most: number): number {
    return this.steps.next(taken, Math.min(most, this.source.stepsLeft(taken)));
  }

  async run(count: number, taken: number): Promise<StepMetrics[]> {
    const grown = this.source.isDue(taken) ? await this.source.grow(this) : {};
    const [first, ...others] = await this.steps.run(count, taken);
    return [{ ...first, ...grown }, ...others];
  }

  readState() {
    return this.steps.readState();
  }

  writeState(state: Tree<HostArray>) {
    return this.steps.writeState(state);
  }

  dispose() {
    return this.steps.dispose();
  }
}
