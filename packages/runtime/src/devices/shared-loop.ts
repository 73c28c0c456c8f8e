import type { InputArray, LoopExecutable, LoopPlace, LoopProgram } from '../compile/program';
import { stackTrees, treeOfStack } from '../compile/stack-program';
import { type HostArray, mapTree, type Tree } from '../tree';
import { inputBuffers } from './io-buffers';
import { checkSameState } from './state-buffers';

/** A run that a place waits for. */
interface PendingRun {
  readonly count: number;
  readonly taken: number;
  readonly key: bigint;
  /** Steps of it that were taken. */
  done: number;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * A loop that takes the steps of several copies of a program at once, as a loop for each. It runs when every copy that is left waits
 * for steps, and takes as many as the one that wants fewest.
 */
export class SharedLoop {
  readonly #loop: LoopExecutable;
  readonly #copies: ReadonlyMap<number, Copy>;
  readonly #present: Set<Copy>;
  /** All states as they are now, if they were copied out. */
  #states: Promise<Tree<HostArray>> | undefined;
  #isRunning = false;
  /** Copying in one state at a time: each is put among the others. */
  #written: Promise<void> = Promise.resolve();

  /** @param places what the copies are called, in the order in which the loop has them */
  constructor(loop: LoopExecutable, program: LoopProgram, places: readonly number[]) {
    this.#loop = loop;
    this.#copies = new Map(
      places.map((place, index) => [place, new Copy(this, loop, program, index, places.length)]),
    );
    this.#present = new Set(this.#copies.values());
  }

  /** The loop of one copy. */
  placeOf(place: number): LoopExecutable {
    return this.#copies.get(place)!;
  }

  /** Goes on without a copy: its steps are taken with the others', and mean nothing. */
  async leave(place: number): Promise<void> {
    const copy = this.#copies.get(place);
    if (copy === undefined || !this.#present.delete(copy)) return;
    if (this.#present.size === 0) return this.#loop.dispose();
    await this.runOnceAllWait();
  }

  async runOnceAllWait(): Promise<void> {
    const present = [...this.#present];
    const runs = present.flatMap(({ pending }) => pending ?? []);
    if (this.#isRunning || runs.length < present.length) return;
    this.#isRunning = true;
    try {
      await this.#run(present, runs);
    } catch (error) {
      for (const copy of present) copy.end((run) => run.reject(error));
      return;
    } finally {
      this.#isRunning = false;
    }
    for (const copy of present)
      if (copy.pending!.done === copy.pending!.count) copy.end((run) => run.resolve());
  }

  async #run(present: readonly Copy[], runs: readonly PendingRun[]): Promise<void> {
    const count = Math.min(...runs.map((run) => run.count - run.done));
    const [taken, ...others] = runs.map((run) => run.taken + run.done) as [number, ...number[]];
    if (others.some((other) => other !== taken)) {
      throw new Error(`copies of a program are at different steps: ${[taken, ...others].join(', ')}`);
    }
    const copies = [...this.#copies.values()];
    for (const copy of present) copy.giveInputs(count, copies.length);
    const keys = copies.map(({ pending }) => pending?.key ?? 0n);
    this.#states = undefined;
    await this.#loop.run(count, { taken, keys });
    for (const copy of present) copy.takeOutputs(count, copies.length);
  }

  /** The state of one copy. */
  async read(index: number): Promise<Tree<HostArray>> {
    this.#states ??= this.#loop.readState();
    return treeOfStack(await this.#states, index);
  }

  /** Replaces the state of one copy. */
  write(index: number, state: Tree<HostArray>): Promise<void> {
    this.#written = this.#written.then(async () => {
      const all = await this.#loop.readState();
      const states = Array.from(this.#copies, (_, i) => (i === index ? state : treeOfStack(all, i)));
      await this.#loop.writeState(stackTrees(states));
      this.#states = undefined;
    });
    return this.#written;
  }
}

/** One of the copies: has arrays of its own for what goes in and comes out. */
class Copy implements LoopExecutable {
  readonly length: number;
  readonly inputs: Readonly<Record<string, InputArray>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly outputsOf: LoopExecutable['outputsOf'];
  readonly #shapes: Tree<HostArray>;
  pending: PendingRun | undefined;

  constructor(
    readonly shared: SharedLoop,
    readonly loop: LoopExecutable,
    program: LoopProgram,
    readonly index: number,
    copies: number,
  ) {
    this.length = loop.length;
    this.inputs = inputBuffers(program, loop.length);
    this.outputs = Object.fromEntries(
      Object.entries(loop.outputs).map(([name, all]) => [name, new Float32Array(all.length / copies)]),
    );
    this.outputsOf = loop.outputsOf;
    this.#shapes = mapTree(program.state, ({ shape }) => ({ shape, data: EMPTY }));
  }

  run(count: number, { taken, keys }: LoopPlace): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pending = { count, taken, key: keys[0]!, done: 0, resolve, reject };
      void this.shared.runOnceAllWait();
    });
  }

  end(tell: (run: PendingRun) => void): void {
    const run = this.pending!;
    this.pending = undefined;
    tell(run);
  }

  /** Puts what it has for its next steps among that of all: [steps, copies, …]. */
  giveInputs(count: number, copies: number): void {
    for (const [name, own] of Object.entries(this.inputs)) {
      const all = this.loop.inputs[name]!;
      const size = own.length / this.length;
      for (let i = 0; i < count; i++) {
        const from = (this.pending!.done + i) * size;
        all.set(own.subarray(from, from + size), (i * copies + this.index) * size);
      }
    }
  }

  /** Takes what is its own of the outputs of all: [steps, copies, …]. */
  takeOutputs(count: number, copies: number): void {
    const { done } = this.pending!;
    for (const [name, own] of Object.entries(this.outputs)) {
      const all = this.loop.outputs[name]!;
      const size = all.length / (this.length * copies);
      for (let i = 0; i < count; i++) {
        const from = (i * copies + this.index) * size;
        own.set(all.subarray(from, from + size), (done + i) * size);
      }
    }
    this.pending!.done += count;
  }

  readState() {
    return this.shared.read(this.index);
  }

  async writeState(state: Tree<HostArray>) {
    checkSameState(this.#shapes, state);
    await this.shared.write(this.index, state);
  }

  /** The place is left by whoever has it: others may still take steps. */
  async dispose() {}
}

const EMPTY = new Float32Array(0);
