import type { BatchSource, ColumnArray, Rng } from '@lamo/core';
import type { Device, Executable, HostArray, Tree } from '@lamo/runtime';
import { BLOCK, placed, type StepParts, type TrainingProgram, trainingProgram } from './program';
import type { StepMetrics, TrainingSteps } from './training-steps';

/** The batch arrays of each place in a block, by the names that the sampler knows. */
type Places = readonly Readonly<Record<string, ColumnArray>>[];

/** Steps as graphs: one by one, or where a block fits all steps of the block in one graph. */
export class GraphSteps implements TrainingSteps {
  readonly #executable: Executable;
  readonly #program: Omit<TrainingProgram, 'program'>;
  readonly #source: BatchSource;
  readonly #noise: Rng;
  readonly #places: Places;

  private constructor(
    executable: Executable,
    program: Omit<TrainingProgram, 'program'>,
    { source, noise }: { readonly source: BatchSource; readonly noise: Rng },
  ) {
    this.#executable = executable;
    this.#program = program;
    this.#source = source;
    this.#noise = noise;
    const names = Object.keys(source.shapes);
    this.#places = Array.from({ length: Math.max(1, program.block.length) }, (_, place) =>
      Object.fromEntries(names.map((name) => [name, executable.inputs[placed(place, name)]!])),
    );
  }

  /** Compiles steps. @param blockSize steps that a block should have at most; 1 for no blocks */
  static async compile(
    device: Device,
    parts: StepParts & { readonly noise: Rng },
    state: Tree<HostArray>,
    blockSize: number,
  ): Promise<GraphSteps> {
    const { program, ...rest } = trainingProgram(parts, state, blockSize);
    return new GraphSteps(await device.compile(program), rest, parts);
  }

  next(taken: number, most: number): number {
    const { cycle, block } = this.#program;
    const fits = block.length > 0 && taken % cycle.length === 0 && block.length <= most;
    return fits ? block.length : 1;
  }

  async run(count: number, taken: number): Promise<StepMetrics[]> {
    const { cycle } = this.#program;
    const variant = count > 1 ? BLOCK : cycle[taken % cycle.length]!;
    for (let place = 0; place < count; place++) this.#source.next(this.#places[place]!);
    await this.#executable.run(variant, this.#noise);
    const each: Record<string, number>[] = Array.from({ length: count }, () => ({}));
    for (const [output, [value]] of Object.entries(this.#executable.outputs[variant]!)) {
      const separator = output.indexOf('/');
      each[Number(output.slice(0, separator))]![output.slice(separator + 1)] = value!;
    }
    return each;
  }

  readState() {
    return this.#executable.readState();
  }

  writeState(state: Tree<HostArray>) {
    return this.#executable.writeState(state);
  }

  dispose() {
    return this.#executable.dispose();
  }
}
