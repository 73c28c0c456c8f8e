import type { BatchSource, BatchTable, BatchTables, ColumnArray, DatasetWarning, Rng } from '@lamo/core';
import {
  type Device,
  type HostArray,
  hostArray,
  type LoopExecutable,
  type LoopProgram,
  sizeOf,
  type Tree,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { namedSteps, type StepParts } from './program';
import type { StepMetrics, TrainingSteps } from './training-steps';

/** The most steps of one run: enough that what a run costs does not count. */
const LONGEST = 256;
/** The most bytes of batches that one run is fed with: images are many. */
const FED_BYTES = 64e6;
/** The part of a device's free memory that tables may take: the network needs some, too. */
const TABLES_PART = 0.5;
/** A run takes about so long, so that whoever waits for its end can. */
const RUN_MS = 100;

/** A device that takes steps in loops. */
export type LoopDevice = Device & Required<Pick<Device, 'compileLoop'>>;

/** Tells whether a device takes steps in loops. */
export const takesLoops = (device: Device): device is LoopDevice => device.compileLoop !== undefined;

/**
 * Steps in a loop that the device itself runs. Batches are read from tables that lie there, where the source has them: a run
 * is given rows, and returns metrics. The device draws noise by itself.
 */
export class LoopSteps implements TrainingSteps {
  readonly #loop: LoopExecutable;
  readonly #cycle: readonly string[];
  readonly #source: BatchSource;
  readonly #tables: BatchTables | undefined;
  readonly #key: bigint;
  /** Milliseconds that a step takes, by the last run. */
  #milliseconds: number | undefined;

  private constructor(loop: LoopExecutable, cycle: readonly string[], { source, noise, tables }: LoopParts) {
    this.#loop = loop;
    this.#cycle = cycle;
    this.#source = source;
    this.#tables = tables;
    this.#key = keyOf(noise);
  }

  /** Compiles steps to a loop. @param onWarning is told if the tables are too large for the device */
  static async compile(
    device: LoopDevice,
    parts: StepParts & { readonly noise: Rng },
    state: Tree<HostArray>,
    onWarning?: (warning: DatasetWarning) => void,
  ): Promise<LoopSteps> {
    const arrays = tablesThatFit(device, parts.source, onWarning);
    const loopParts = { ...parts, tables: arrays && parts.source.tables };
    const { cycle, program } = loopProgram(loopParts, arrays ?? {}, state);
    const length = lengthFor(program);
    return new LoopSteps(await device.compileLoop(program, cycle, length), cycle, loopParts);
  }

  next(_taken: number, most: number): number {
    const quick = this.#milliseconds === undefined ? 1 : RUN_MS / this.#milliseconds;
    // A power of two: trainings that share a device measure different times, and are to begin and end their runs together.
    return Math.max(1, Math.min(most, this.#loop.length, 2 ** Math.floor(Math.log2(quick))));
  }

  async run(count: number, taken: number): Promise<StepMetrics[]> {
    const start = performance.now();
    for (let i = 0; i < count; i++) this.#draw(i);
    await this.#loop.run(count, { taken, keys: [this.#key] });
    this.#milliseconds = (performance.now() - start) / count;
    const { outputs, outputsOf } = this.#loop;
    return Array.from({ length: count }, (_, i) => {
      const names = outputsOf[this.#cycle[(taken + i) % this.#cycle.length]!]!;
      return Object.fromEntries(names.map((name) => [name, outputs[name]![i]!]));
    });
  }

  readState() {
    return this.#loop.readState();
  }

  writeState(state: Tree<HostArray>) {
    return this.#loop.writeState(state);
  }

  dispose() {
    return this.#loop.dispose();
  }

  /** Draws the batch of the i-th step. */
  #draw(i: number): void {
    const tables = this.#tables;
    const place = (names: Iterable<string>, portOf: (name: string) => string) =>
      Object.fromEntries(
        Array.from(names, (name) => {
          const all = this.#loop.inputs[portOf(name)]!;
          const size = all.length / this.#loop.length;
          return [name, all.subarray(i * size, (i + 1) * size)];
        }),
      );
    if (tables === undefined) {
      this.#source.next(place(Object.keys(this.#source.shapes), batchPort) as Record<string, ColumnArray>);
      return;
    }
    const filled = Object.keys(this.#source.shapes).filter((name) => tables.reads[name] === undefined);
    tables.draw(
      place(Object.keys(tables.rows), rowsPort) as Record<string, Int32Array>,
      place(filled, batchPort) as Record<string, ColumnArray>,
    );
  }
}

/** What tables hold, by their names. */
type Arrays = Readonly<Record<string, BatchTable>>;

/** What a loop is made of. */
interface LoopParts extends StepParts {
  readonly noise: Rng;
  /** Tables that lie on the device; undefined if batches are fed. */
  readonly tables: BatchTables | undefined;
}

/** What the tables of a source hold, made once; undefined if there are none, or the device has too little memory for them. */
function tablesThatFit(
  device: Device,
  { tables }: BatchSource,
  onWarning?: (warning: DatasetWarning) => void,
): Arrays | undefined {
  const arrays = tables?.arrays();
  const free = device.freeMemory?.();
  if (arrays === undefined || free === undefined) return arrays;
  const sizes = Object.values(arrays).map(({ data }) => data.byteLength);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= TABLES_PART * free) return arrays;
  onWarning?.({
    code: 'data-not-resident',
    message: `The data are too large to lie on the device: ${Math.round(bytes / 1e6)} MB, of which at most half of the ${Math.round(free / 1e6)} MB that are free may be taken. Batches are copied there for every run instead, which takes longer.`,
  });
  return undefined;
}

/** How many steps one run takes at most. */
function lengthFor({ inputs, bytes }: LoopProgram): number {
  const sizes = Object.entries(inputs).map(
    ([name, shape]) => sizeOf(shape) * (bytes?.includes(name) ? 1 : 4),
  );
  const fed = sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(1, Math.min(LONGEST, Math.floor(FED_BYTES / Math.max(fed, 1))));
}

const batchPort = (name: string) => `batch/${name}`;
const rowsPort = (list: string) => `rows/${list}`;

/** 63 bits that name the stream of noise: a resumed training has the same. */
function keyOf(noise: Rng): bigint {
  const stream = noise.split('device');
  return (BigInt(stream.uint32() >>> 1) << 32n) | BigInt(stream.uint32());
}

/** The steps of an algorithm as a program whose inputs are rows of tables, where there are tables, and else batches. */
function loopProgram(parts: LoopParts, arrays: Arrays, state: Tree<HostArray>) {
  const { source, loaded, tables } = parts;
  const { steps, cycle } = namedSteps(parts);
  const filled = Object.keys(source.shapes).filter((name) => tables?.reads[name] === undefined);
  const lists = Object.entries(tables?.rows ?? {});
  const resident = Object.entries(arrays).map(([name, { shape, data }]) => [
    portable(name),
    hostArray(shape, data),
  ]);
  const program: LoopProgram = {
    state,
    frozen: { given: loaded?.frozen ?? {}, tables: Object.fromEntries(resident) },
    inputs: Object.fromEntries([
      ...filled.map((name) => [batchPort(name), source.shapes[name]!]),
      ...lists.map(([list, shape]) => [rowsPort(list), shape]),
    ]),
    bytes: (source.bytes ?? []).filter((name) => filled.includes(name)).map(batchPort),
    integers: lists.map(([list]) => rowsPort(list)),
    variants: Object.fromEntries(
      [...steps].map(([name, take]) => [
        name,
        (state, inputs, noise, tree) => {
          const frozen = tree as Readonly<Record<'given' | 'tables', Record<string, tf.Tensor>>>;
          const made = take(state, batchOf(parts, inputs, frozen.tables), noise, frozen.given);
          return { state: made.state, outputs: made.metrics };
        },
      ]),
    ),
  };
  return { cycle, program };
}

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** The batch of a step: rows of tables, and what was filled in. */
function batchOf({ source, tables }: LoopParts, inputs: Tensors, resident: Tensors): Tensors {
  const arrays = Object.keys(source.shapes).map((name) => {
    const read = tables?.reads[name];
    if (read === undefined) return [name, inputs[batchPort(name)]!];
    const rows = inputs[rowsPort(read.rows)] as tf.Tensor1D;
    return [name, tf.gather(resident[portable(read.table)]!, rows)];
  });
  return Object.fromEntries(arrays);
}

/** Names of tables as keys of a tree, where a slash would part two. */
const portable = (name: string) => name.replaceAll('/', '.');
