import { type Graph, type Node, reachableNodes, splatOf, type Value } from '../trace/graph';
import { GraphBuilder } from '../trace/graph-builder';
import { sizeOf } from '../tree';
import { isStatePort } from './ports';

/** State vectors that a graph takes in pieces: the length of each piece, by port. */
export type Pieces = ReadonlyMap<string, readonly number[]>;

/** Port of one piece of a state vector. */
export const piecePort = (port: string, index: number): string => `${port}/piece/${index}`;

/**
 * Computes piece by piece what optimisers compute on one vector.
 *
 * Where every operation costs a fixed time, one vector of all parameters is what is fastest; where operations on a tensor are
 * fused into one, joining and cutting are copies that nothing pays for. A vector that is joined of pieces is never made if all
 * that is computed from it can be computed from each piece. State vectors of the same length (moments) are taken in pieces, too.
 *
 * @returns the graphs; their inputs and outputs for state that is in {@link Pieces} are its {@link piecePort}s
 */
export function splitVectors(graphs: readonly Graph[]): { graphs: Graph[]; pieces: Pieces } {
  const lengths = piecesByLength(graphs);
  const pieces = new Map<string, readonly number[]>();
  for (const graph of graphs) {
    for (const [port, { shape }] of graph.inputs) {
      const sizes = shape.length === 1 ? lengths.get(shape[0]!) : undefined;
      if (isStatePort(port) && sizes !== undefined) pieces.set(port, sizes);
    }
  }
  return { pieces, graphs: graphs.map((graph) => new Splitter(graph, pieces).run()) };
}

/** How vectors of each length are joined; lengths that are joined in several ways are left out. */
function piecesByLength(graphs: readonly Graph[]): Map<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  const ambiguous = new Set<number>();
  for (const { nodes } of graphs) {
    for (const node of nodes.filter(isJoin)) {
      const sizes = Object.values(node.inputs).map(({ shape }) => shape[0]!);
      const [length] = node.outputs[0]!.shape as [number];
      const known = found.get(length);
      if (known !== undefined && known.join() !== sizes.join()) ambiguous.add(length);
      found.set(length, sizes);
    }
  }
  for (const length of ambiguous) found.delete(length);
  return found;
}

const isJoin = (node: Node) => node.kernel === 'Concat' && node.outputs[0]!.shape.length === 1;

/** Kernels that compute each element from the elements at its place. */
const ELEMENTWISE = new Set([
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'AddN', 'Select'],
  ...['Abs', 'Cast', 'ClipByValue', 'Exp', 'Log', 'Neg', 'Reciprocal', 'Sign', 'Sqrt', 'Square', 'Tanh'],
]);

/** Replays a graph; a vector in pieces is a list of them. */
class Splitter {
  readonly #builder = new GraphBuilder();
  readonly #whole = new Map<Value, Value>();
  readonly #pieces = new Map<Value, readonly Value[]>();

  constructor(
    readonly graph: Graph,
    readonly pieces: Pieces,
  ) {}

  run(): Graph {
    for (const [port, value] of this.graph.inputs) this.#input(port, value);
    for (const node of this.graph.nodes) if (node.kernel !== '$input') this.#replay(node);
    const outputs = new Map<string, Value>();
    for (const [port, value] of this.graph.outputs) {
      const sizes = this.pieces.get(port);
      if (sizes === undefined) outputs.set(port, this.#wholeOf(value));
      else
        this.#piecesOf(value, sizes).forEach((piece, i) => {
          outputs.set(piecePort(port, i), piece);
        });
    }
    return { nodes: reachableNodes(outputs.values()), inputs: this.#builder.inputs, outputs };
  }

  #input(port: string, value: Value): void {
    const sizes = this.pieces.get(port);
    if (sizes === undefined) {
      this.#whole.set(value, this.#builder.input(port, value));
      return;
    }
    const pieces = sizes.map((size, i) =>
      this.#builder.input(piecePort(port, i), { shape: [size], dtype: value.dtype }),
    );
    this.#pieces.set(value, pieces);
  }

  #replay(node: Node): void {
    const [output] = node.outputs as [Value];
    if (isJoin(node)) {
      this.#pieces.set(
        output,
        Object.values(node.inputs).map((value) => this.#wholeOf(value)),
      );
    } else if (node.kernel === 'SplitV' && this.#splitsAtSeams(node)) {
      this.#pieces.get(node.inputs.x!)!.forEach((piece, i) => {
        this.#whole.set(node.outputs[i]!, piece);
      });
    } else if (this.#isPiecewise(node)) {
      this.#pieces.set(output, this.#pieceByPiece(node));
    } else if (node.kernel === 'Sum' && output.shape.length === 0 && this.#pieces.has(node.inputs.x!)) {
      const sums = this.#pieces
        .get(node.inputs.x!)!
        .map((piece) => this.#builder.call('Sum', { x: piece }, node.attributes));
      this.#whole.set(
        output,
        sums.reduce((a, b) => this.#builder.call('Add', { a, b })),
      );
    } else {
      this.#asItIs(node);
    }
  }

  #asItIs(node: Node): void {
    const made =
      node.constant !== undefined
        ? [this.#builder.constant(node.constant, node.outputs[0]!)]
        : this.#builder.add(
            node.kernel,
            this.#mapInputs(node, (value) => this.#wholeOf(value)),
            node.attributes,
          );
    node.outputs.forEach((value, i) => {
      this.#whole.set(value, made[i]!);
    });
  }

  /** Tells whether a node can be computed from pieces: all its operands are in the same pieces, or one number. */
  #isPiecewise({ kernel, inputs, outputs }: Node): boolean {
    if (!ELEMENTWISE.has(kernel) || outputs[0]!.shape.length !== 1) return false;
    const values = Object.values(inputs);
    const inPieces = values.filter((value) => this.#pieces.has(value));
    const seams = new Set(inPieces.map((value) => this.#sizesOf(value).join()));
    const isNumber = (value: Value) => sizeOf(value.shape) === 1 && value.shape.length <= 1;
    return (
      seams.size === 1 &&
      values.every((value) => this.#pieces.has(value) || isNumber(value) || splatOf(value) !== undefined)
    );
  }

  #pieceByPiece(node: Node): Value[] {
    const sizes = this.#sizesOf(Object.values(node.inputs).find((value) => this.#pieces.has(value))!);
    return sizes.map((size, i) => {
      const operand = (value: Value): Value => {
        const piece = this.#pieces.get(value)?.[i];
        if (piece !== undefined) return piece;
        const splat = splatOf(value);
        if (splat === undefined) return this.#wholeOf(value);
        return this.#builder.constant([splat], { shape: [size], dtype: value.dtype });
      };
      return this.#builder.call(node.kernel, this.#mapInputs(node, operand), node.attributes);
    });
  }

  #splitsAtSeams({ inputs, outputs }: Node): boolean {
    const sizes = outputs.map(({ shape }) => shape[0]!);
    return this.#pieces.has(inputs.x!) && this.#sizesOf(inputs.x!).join() === sizes.join();
  }

  #sizesOf(value: Value): number[] {
    return this.#pieces.get(value)!.map(({ shape }) => shape[0]!);
  }

  #mapInputs({ inputs }: Node, fn: (value: Value) => Value): Record<string, Value> {
    return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, fn(value)]));
  }

  /** The vector itself, joined if it is in pieces. */
  #wholeOf(value: Value): Value {
    const known = this.#whole.get(value);
    if (known !== undefined) return known;
    const pieces = Object.fromEntries(this.#pieces.get(value)!.map((piece, i) => [String(i), piece]));
    const whole = this.#builder.call('Concat', pieces, { axis: 0 });
    this.#whole.set(value, whole);
    return whole;
  }

  #piecesOf(value: Value, sizes: readonly number[]): readonly Value[] {
    const known = this.#pieces.get(value);
    if (known !== undefined && this.#sizesOf(value).join() === sizes.join()) return known;
    return this.#builder.add('SplitV', { x: this.#wholeOf(value) }, { numOrSizeSplits: [...sizes], axis: 0 });
  }
}
