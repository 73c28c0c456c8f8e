import { inputOf, isFrozenPort, isStatePort } from '../compile/ports';
import { type Pieces, piecePort } from '../compile/split-vectors';
import type { Emitter, LongConstant } from './emitter';
import type { StableHloFunction } from './lower-graph';
import type { Tensor, TensorType } from './types';

/** What an argument of a loop's program is. */
export type LoopArgument = TensorType &
  (
    | { readonly kind: 'count' | 'first' | 'key' }
    | { readonly kind: 'state' | 'frozen'; readonly port: string }
    /** Those of every step, one after the other: [length, …]. */
    | { readonly kind: 'input'; readonly port: string }
    | { readonly kind: 'constant'; readonly values: LongConstant['values'] }
  );

/** A value under the port of the steps that take it. */
export interface PortTensor {
  readonly port: string;
  readonly tensor: Tensor;
}

/** What {@link LoopArguments} are made for. */
export interface LoopDemand {
  /** The functions that take steps, by variant. */
  readonly functions: ReadonlyMap<string, StableHloFunction>;
  /** Shapes of the state's leaves, by port. */
  readonly state: ReadonlyMap<string, readonly number[]>;
  /** Ports of the leaves that some step changes. */
  readonly changed: readonly string[];
  readonly pieces: Pieces;
  readonly length: number;
  /** How many copies take their steps at once; undefined for one, without an axis of copies. */
  readonly copies: number | undefined;
}

/**
 * The arguments of a loop's program: `count` (i32, how many steps), `first` (i64, steps taken before), `key` (i64, of the noise;
 * [copies] where there are several), then state that changes, state and frozen leaves that are only read, inputs and long constants.
 */
export class LoopArguments {
  readonly all: LoopArgument[] = [];
  readonly tensors: Tensor[] = [];
  readonly count: Tensor;
  /** Steps taken before, ui64 []. */
  readonly first: Tensor;
  /** Of the noise, ui64 []; [copies] where there are several. */
  readonly key: Tensor;
  /** State that the loop carries: leaves that change, cut into pieces where steps take pieces. */
  readonly carried: readonly PortTensor[];
  /** What steps only read, by port. */
  readonly fixed = new Map<string, Tensor>();
  /** [length, …] by port. */
  readonly inputs = new Map<string, Tensor>();
  /** Long constants of each function, by variant. */
  readonly constants = new Map<string, readonly Tensor[]>();
  readonly #hlo: Emitter;
  readonly #demand: LoopDemand;

  constructor(hlo: Emitter, demand: LoopDemand) {
    this.#hlo = hlo;
    this.#demand = demand;
    hlo.scope = 'begin';
    this.count = this.#add('count', { kind: 'count', shape: [], type: 'i32' });
    this.first = hlo.convert(this.#add('first', { kind: 'first', shape: [], type: 'i64' }), 'ui64');
    const keys = demand.copies === undefined ? [] : [demand.copies];
    this.key = hlo.convert(this.#add('key', { kind: 'key', shape: keys, type: 'i64' }), 'ui64');
    const leaf = (port: string, shape: readonly number[]) => {
      const kind = isStatePort(port) ? 'state' : 'frozen';
      return this.#add(port, { kind, port, shape, type: 'f32' });
    };
    const { changed, state } = demand;
    this.carried = changed.flatMap((port) => this.#cut(port, leaf(port, state.get(port)!)));
    for (const [port, shape] of this.#leavesThatAreRead()) {
      for (const part of this.#cut(port, leaf(port, shape))) this.fixed.set(part.port, part.tensor);
    }
    this.#addInputs();
  }

  /** The place of the argument that holds a leaf of the state. */
  placeOf(leaf: string): number {
    return this.all.findIndex((argument) => argument.kind === 'state' && argument.port === leaf);
  }

  #add(name: string, argument: LoopArgument): Tensor {
    const tensor = { shape: argument.shape, type: argument.type, name: this.#hlo.fresh(name) };
    this.all.push(argument);
    this.tensors.push(tensor);
    return tensor;
  }

  /** A leaf as steps take it: in pieces of its last axis, or as it is. */
  #cut(port: string, tensor: Tensor): PortTensor[] {
    const sizes = this.#demand.pieces.get(port);
    if (sizes === undefined) return [{ port, tensor }];
    const copies = tensor.shape.slice(0, -1);
    let from = 0;
    return sizes.map((size, i) => {
      const begin = [...copies.map(() => 0), from];
      from += size;
      return { port: piecePort(port, i), tensor: this.#hlo.slice(tensor, begin, [...copies, from]) };
    });
  }

  #leavesThatAreRead(): Map<string, readonly number[]> {
    const { changed, pieces, state, functions } = this.#demand;
    const leafOf = new Map(
      [...pieces].flatMap(([leaf, sizes]) => sizes.map((_, i) => [piecePort(leaf, i), leaf] as const)),
    );
    const found = new Map<string, readonly number[]>();
    for (const { inputs } of functions.values()) {
      for (const { port, type } of inputs) {
        const leaf = leafOf.get(port) ?? port;
        const isLeaf = isStatePort(leaf) || isFrozenPort(leaf);
        if (isLeaf && !changed.includes(leaf)) found.set(leaf, state.get(leaf) ?? type.shape);
      }
    }
    return found;
  }

  #addInputs(): void {
    const { functions, length } = this.#demand;
    for (const [variant, { inputs, constants }] of functions) {
      for (const { port, type } of inputs) {
        if (inputOf(port) === undefined || this.inputs.has(port)) continue;
        const argument = { kind: 'input', port, shape: [length, ...type.shape], type: type.type } as const;
        this.inputs.set(port, this.#add(port, argument));
      }
      const given = constants.map(({ tensor: { shape, type }, values }, i) =>
        this.#add(`constant.${variant}.${i}`, { kind: 'constant', values, shape, type }),
      );
      this.constants.set(variant, given);
    }
  }
}
