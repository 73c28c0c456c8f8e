import type { InputArray, LoopExecutable, LoopPlace, LoopProgram } from '../compile/program';
import { stackTrees, treeOfStack } from '../compile/stack-program';
import type { HostArray, Tree } from '../tree';
import { inputBuffers } from './io-buffers';
import { checkSameState, withoutNumbers } from './state-buffers';

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
 * for steps, and takes as many as the one that wants fewest. Copies at different steps meet first: those that are behind go on alone.
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

  /** The loop of one copy; undefined if there is none for this place. */
  placeOf(place: number): LoopExecutable | undefined {
    return this.#copies.get(place);
  }

  /** Goes on without a copy: its steps are taken with the others', and mean nothing. */
  async leave(copy: Copy): Promise<void> {
    if (!this.#present.delete(copy)) return;
    if (this.#present.size === 0) return this.#loop.dispose();
    void this.runOnceAllWait();
  }

  /** Takes steps as long as every copy that is left waits for some. */
  async runOnceAllWait(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let waiting = this.#waiting(); waiting.length > 0; waiting = this.#waiting()) {
      try {
        await this.#run(waiting);
      } catch (error) {
        for (const copy of waiting) copy.end((run) => run.reject(error));
      }
    }
    this.#isRunning = false;
  }

  /** All copies that are left, once each waits for steps; none before. */
  #waiting(): Waiting[] {
    const waiting = [...this.#present].filter(isWaiting);
    return waiting.length === this.#present.size ? waiting : [];
  }

  /** Takes steps of those that are furthest behind, up to where the next one is: as a rule, of all. */
  async #run(waiting: readonly Waiting[]): Promise<void> {
    const taken = Math.min(...waiting.map(stepOf));
    const going = waiting.filter((copy) => stepOf(copy) === taken);
    const ahead = waiting.filter((copy) => stepOf(copy) > taken);
    const count = Math.min(
      ...going.map(({ pending }) => pending.count - pending.done),
      ...ahead.map((copy) => stepOf(copy) - taken),
    );
    // The program takes the steps of all. Those that are ahead of others get back what they have.
    const kept = new Map<number, Tree<HostArray>>();
    for (const { index } of ahead) kept.set(index, await this.read(index));
    const copies = [...this.#copies.values()];
    for (const copy of going) copy.giveInputs(count, copies.length);
    const keys = copies.map(({ pending }) => pending?.key ?? 0n);
    this.#states = undefined;
    await this.#loop.run(count, { taken, keys });
    if (kept.size > 0) await this.#replace(kept);
    for (const copy of going) {
      copy.takeOutputs(count, copies.length);
      if (copy.pending.done === copy.pending.count) copy.end((run) => run.resolve());
    }
  }

  /** The state of one copy. */
  async read(index: number): Promise<Tree<HostArray>> {
    this.#states ??= this.#loop.readState();
    return treeOfStack(await this.#states, index);
  }

  /** Replaces the state of one copy. */
  write(index: number, state: Tree<HostArray>): Promise<void> {
    const replace = () => this.#replace(new Map([[index, state]]));
    this.#written = this.#written.then(replace, replace);
    return this.#written;
  }

  /** Replaces the states of some copies, by their places in the loop: they are copied in among those of the others. */
  async #replace(states: ReadonlyMap<number, Tree<HostArray>>): Promise<void> {
    const all = await this.#loop.readState();
    const whole = Array.from(this.#copies, (_, i) => states.get(i) ?? treeOfStack(all, i));
    await this.#loop.writeState(stackTrees(whole));
    this.#states = undefined;
  }
}

/** A copy that waits for steps. */
type Waiting = Copy & { readonly pending: PendingRun };

const isWaiting = (copy: Copy): copy is Waiting => copy.pending !== undefined;

/** How many steps a copy has taken. */
const stepOf = ({ pending }: Waiting) => pending.taken + pending.done;

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
    this.#shapes = withoutNumbers(program.state);
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

  /** Others may still take steps. */
  dispose() {
    return this.shared.leave(this);
  }
}
