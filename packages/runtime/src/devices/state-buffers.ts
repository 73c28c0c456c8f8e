import { LamoError } from '@lamo/core';
import type { Pack } from '../compile/pack-state';
import { ports } from '../compile/ports';
import { type HostArray, mapTree, type Tree, treeEntries } from '../tree';

/** A vector of state with the buffer that its next value is written to. */
export interface StateBuffer {
  readonly shape: readonly number[];
  /** The numbers now. */
  current: Float32Array;
  /** Where a step writes; swapped with `current` afterwards. */
  next: Float32Array;
}

/** Where a leaf of the state is stored. */
interface LeafPlace {
  readonly shape: readonly number[];
  readonly buffer: StateBuffer;
  readonly offset: number;
  readonly size: number;
}

/**
 * Lays a state out in vectors: the leaves of a pack side by side, every other leaf in a vector of its own. Only
 * what some step changes has a second buffer; the rest is stored once.
 */
export class StateBuffers {
  readonly #vectors = new Map<string, StateBuffer>();
  readonly #places = new Map<string, LeafPlace>();
  readonly #state: Tree<HostArray>;

  constructor(state: Tree<HostArray>, packs: readonly Pack[], changed: ReadonlySet<string>) {
    this.#state = withoutNumbers(state);
    const shapes = new Map(
      treeEntries(state).map(([path, { shape, data }]) => [ports.state(path), { shape, data }]),
    );
    const make = (name: string, shape: readonly number[], size: number): StateBuffer => {
      const current = new Float32Array(size);
      const buffer = { shape, current, next: changed.has(name) ? new Float32Array(size) : current };
      this.#vectors.set(name, buffer);
      return buffer;
    };
    for (const pack of packs) {
      const buffer = make(pack.name, [pack.size], pack.size);
      for (const { name, offset, size } of pack.leaves) {
        this.#places.set(name, { shape: shapes.get(name)!.shape, buffer, offset, size });
      }
    }
    for (const [name, { shape, data }] of shapes) {
      if (this.#places.has(name)) continue;
      const buffer = make(name, shape, data.length);
      this.#places.set(name, { shape, buffer, offset: 0, size: data.length });
    }
    this.write(state);
  }

  /** The numbers of a leaf or of a whole vector, by graph name, in the current or the next buffer. */
  view(name: string, which: 'current' | 'next'): { shape: readonly number[]; data: Float32Array } {
    const place = this.#places.get(name);
    if (place === undefined) {
      const buffer = this.bufferOf(name);
      return { shape: buffer.shape, data: buffer[which] };
    }
    const { shape, buffer, offset, size } = place;
    return { shape, data: buffer[which].subarray(offset, offset + size) };
  }

  /** The vector that holds a graph input or output. */
  bufferOf(name: string): StateBuffer {
    return this.#places.get(name)?.buffer ?? this.#vectors.get(name)!;
  }

  /** Makes what a step wrote the current numbers of a vector. */
  swap(name: string): void {
    const buffer = this.bufferOf(name);
    [buffer.current, buffer.next] = [buffer.next, buffer.current];
  }

  /** Copies the state out. */
  read(): Tree<HostArray> {
    return mapTree(this.#state, ({ shape }, path) => ({
      shape,
      data: this.view(ports.state(path), 'current').data.slice(),
    }));
  }

  /** Copies numbers in, after checking that paths and shapes agree. */
  write(state: Tree<HostArray>): void {
    checkSameState(this.#state, state);
    for (const [path, { data }] of treeEntries(state)) this.view(ports.state(path), 'current').data.set(data);
  }
}

const EMPTY = new Float32Array(0);

/** The shapes of a state, to compare others with, and to read it in the same structure later. */
export function withoutNumbers(state: Tree<HostArray>): Tree<HostArray> {
  return mapTree(state, ({ shape }) => ({ shape, data: EMPTY }));
}

/** Checks that two states have the same paths and shapes. @throws LamoError `state-mismatch` */
export function checkSameState(expected: Tree<HostArray>, received: Tree<HostArray>): void {
  const list = (state: Tree<HostArray>) =>
    treeEntries(state).map(([path, { shape }]) => `${path} [${shape.join(', ')}]`);
  const wanted = list(expected);
  const given = list(received);
  const at = wanted.findIndex((leaf, i) => leaf !== given[i]);
  if (at === -1 && wanted.length === given.length) return;
  throw new LamoError({
    where: 'runtime/state',
    code: 'state-mismatch',
    problem: 'The state does not belong to this program',
    expected: `${wanted[at] ?? `${wanted.length} leaves`}`,
    received: `${given[at] ?? `${given.length} leaves`}`,
    hint: 'It has other layer sizes, or comes from another algorithm.',
  });
}
