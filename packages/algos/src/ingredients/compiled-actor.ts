import type { Device, Executable, HostArray, Program, Tree } from '@lamo/runtime';

/** What a {@link CompiledActor} is made of. */
export interface CompiledActorParts {
  readonly device: Device;
  /** Picks what acting needs from a training state. */
  readonly select: (state: Tree<HostArray>) => Tree<HostArray>;
  /** The program that acts for a number of environments. */
  readonly program: (part: Tree<HostArray>, batch: number) => Program<'act'>;
}

/**
 * The compiled graphs of a policy, one for each batch size: a shape is a graph of its own, made when first needed,
 * then kept.
 */
export class CompiledActor {
  readonly #executables = new Map<number, Promise<Executable<'act'>>>();
  #part: Tree<HostArray>;

  constructor(
    readonly parts: CompiledActorParts,
    state: Tree<HostArray>,
  ) {
    this.#part = parts.select(state);
  }

  /** The graph for a number of environments. */
  executable(batch: number): Promise<Executable<'act'>> {
    const { device, program } = this.parts;
    let pending = this.#executables.get(batch);
    if (pending === undefined) {
      pending = device.compile(program(this.#part, batch));
      this.#executables.set(batch, pending);
    }
    return pending;
  }

  /** Replaces the parameters by those of a training state. */
  async load(state: Tree<HostArray>): Promise<void> {
    this.#part = this.parts.select(state);
    for (const executable of this.#executables.values()) await (await executable).writeState(this.#part);
  }

  async dispose(): Promise<void> {
    for (const executable of this.#executables.values()) await (await executable).dispose();
    this.#executables.clear();
  }
}
