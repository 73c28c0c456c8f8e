import { type BatchSource, LamoError, type Rng } from '@lamo/data';
import type { Executable } from '@lamo/runtime';
import { MetricMeans } from './metric-means';
import { BLOCK, placed, type TrainingProgram } from './program';

/** What {@link Stepper} stands on. */
export interface StepperParts {
  readonly algorithm: string;
  readonly executable: Executable;
  readonly source: BatchSource;
  readonly noise: Rng;
  /** The steps that are taken in turn. */
  readonly cycle: readonly string[];
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

  /**
   * Takes steps up to and including the given one.
   * @returns each metric's mean over the steps that reported it
   * @throws LamoError `diverged`
   */
  async advanceTo(step: number): Promise<Record<string, number>> {
    const { cycle, block } = this.parts;
    const means = new MetricMeans();
    while (this.taken < step) {
      const turn = this.taken % cycle.length;
      const fits = block.length > 0 && turn === 0 && this.taken + block.length <= step;
      await (fits ? this.#run(BLOCK, block.length, means) : this.#run(cycle[turn]!, 1, means));
    }
    return means.read();
  }

  async #run(variant: string, steps: number, means: MetricMeans): Promise<void> {
    const { algorithm, executable, source, noise } = this.parts;
    for (let place = 0; place < steps; place++) source.next(this.#batches[place]!);
    await executable.run(variant, noise);
    for (const [output, [value]] of Object.entries(executable.outputs[variant]!)) {
      const separator = output.indexOf('/');
      const metric = output.slice(separator + 1);
      const step = this.taken + Number(output.slice(0, separator)) + 1;
      if (!Number.isFinite(value)) throw diverged(algorithm, metric, step, value);
      means.add(metric, value!);
    }
    this.taken += steps;
  }
}

function diverged(algorithm: string, metric: string, step: number, value: number | undefined): LamoError {
  return new LamoError({
    where: `algos/${algorithm}`,
    code: 'diverged',
    problem: `Training diverged: the metric '${metric}' of step ${step} is no finite number`,
    received: String(value),
    hint: 'Go on from the last checkpoint with a smaller learning rate, or check the data for extreme rewards.',
  });
}
