import { isStatePort, outputOf } from '../compile/ports';
import { type Pieces, piecePort, splitVectors } from '../compile/split-vectors';
import type { TracedStep } from '../compile/trace-program';
import type { Graph } from '../trace/graph';
import { Emitter, type LongConstant, namesOf, type Precision } from './emitter';
import { functionText, lowerGraph, type StableHloFunction } from './lower-graph';
import { moduleText } from './module-text';
import { drawNoise } from './noise';
import { type Tensor, type TensorType, typeText } from './types';

/** Steps to take in one loop. */
export interface LoopParts {
  /** Traced steps by name. */
  readonly variants: Readonly<Record<string, TracedStep>>;
  /** The variant of each step; after the last one comes the first again. */
  readonly cycle: readonly string[];
  /** The most steps that one run takes. */
  readonly length: number;
  /** Shapes of the state's leaves, by port. */
  readonly state: ReadonlyMap<string, readonly number[]>;
  /** How products of float matrices are computed. @default 'float32' */
  readonly precision?: Precision;
}

/** What an argument of a loop's program is. */
export type LoopArgument = TensorType &
  (
    | { readonly kind: 'count' | 'first' | 'key' }
    | { readonly kind: 'state' | 'frozen'; readonly port: string }
    /** Those of every step, one after the other: [length, …]. */
    | { readonly kind: 'input'; readonly port: string }
    | { readonly kind: 'constant'; readonly values: LongConstant['values'] }
  );

/** What a result of a loop's program is. */
export type LoopResult = TensorType &
  (
    | {
        readonly kind: 'state';
        readonly port: string /** Place of the argument whose memory it takes. */;
        readonly argument: number;
      }
    /** Of every step, one after the other: [length, …]. */
    | { readonly kind: 'output'; readonly name: string }
  );

/** A program that takes up to {@link LoopParts.length} steps. */
export interface LoweredLoop {
  readonly text: string;
  readonly arguments: readonly LoopArgument[];
  readonly results: readonly LoopResult[];
  /** Names of the outputs that each variant has; those of the others are 0. */
  readonly outputsOf: Readonly<Record<string, readonly string[]>>;
}

/**
 * Lowers steps to one StableHLO program that takes several of them: a `while` over steps, in which a `case` picks the variant.
 * State that changes is carried through the loop, and takes the memory of what it was.
 *
 * Arguments: `count` (i32, how many steps), `first` (ui64, steps taken before), `key` (ui64, of the noise), then state, frozen
 * leaves, inputs and long constants.
 */
export function lowerLoop(parts: LoopParts): LoweredLoop {
  return new LoopWriter(parts).write();
}

class LoopWriter {
  readonly #hlo: Emitter;
  readonly #graphs: ReadonlyMap<string, Graph>;
  readonly #functions: ReadonlyMap<string, StableHloFunction>;
  readonly #pieces: Pieces;
  readonly #arguments: LoopArgument[] = [];
  readonly #tensors: Tensor[] = [];
  /** What each function is given that does not change in the loop, by port. */
  readonly #fixed = new Map<string, Tensor>();

  constructor(readonly parts: LoopParts) {
    this.#hlo = new Emitter(parts.precision);
    const names = Object.keys(parts.variants);
    const split = splitVectors(names.map((name) => parts.variants[name]!.graph));
    this.#pieces = split.pieces;
    this.#graphs = new Map(names.map((name, i) => [name, split.graphs[i]!]));
    this.#functions = new Map(
      names.map((name, i) => [
        name,
        lowerGraph(split.graphs[i]!, {
          name: `step.${i}`,
          ...(parts.precision && { precision: parts.precision }),
        }),
      ]),
    );
  }

  write(): LoweredLoop {
    const hlo = this.#hlo;
    const [count, first, key] = [
      this.#argument('count', { kind: 'count', shape: [], type: 'i32' }),
      this.#argument('first', { kind: 'first', shape: [], type: 'ui64' }),
      this.#argument('key', { kind: 'key', shape: [], type: 'ui64' }),
    ];
    const changed = this.#changedLeaves();
    const initial = this.#stateArguments(changed);
    const inputs = this.#inputArguments();
    const constants = this.#constantArguments();
    const carried = this.#carriedState(changed, initial);
    const outputs = this.#outputs();

    hlo.scope = 'loop';
    const zero = hlo.scalar(0, 'i32');
    const starts = outputs.map(({ type }) => hlo.splat(0, type));
    const begin = [zero, ...carried.map(({ tensor }) => tensor), ...starts];
    const inside = begin.map(({ shape, type }, i) => ({
      shape,
      type,
      name: hlo.fresh(i === 0 ? 'i' : `at.${begin[i]!.name.slice(1)}`),
    }));
    const [i, ...current] = inside as [Tensor, ...Tensor[]];
    const condition = hlo.region(() => {
      const goes = hlo.compare('LT', i, count);
      hlo.lines.push(`stablehlo.return ${goes.name} : tensor<i1>`);
    });
    const body = hlo.region(() => {
      const step = hlo.elementwise('add', first, hlo.convert(i, 'ui64'));
      const state = new Map(carried.map(({ port }, n) => [port, current[n]!]));
      const written = current.slice(carried.length);
      const made = this.#pickVariant({ step, i, key, state, inputs, constants, carried, outputs });
      const next = made.slice(0, carried.length);
      const rows = made.slice(carried.length).map((value, n) => writeRow(hlo, written[n]!, value, i));
      const following = hlo.elementwise('add', i, hlo.scalar(1, 'i32'));
      const all = [following, ...next, ...rows];
      hlo.lines.push(`stablehlo.return ${namesOf(all)} : ${all.map(typeText).join(', ')}`);
    });
    const pairs = inside.map(({ name }, n) => `${name} = ${begin[n]!.name}`).join(', ');
    const types = begin.map(typeText).join(', ');
    const looped = hlo.lineOfMany(
      begin,
      [
        `stablehlo.while(${pairs}) : ${types}`,
        ' cond {',
        ...indent(condition),
        '} do {',
        ...indent(body),
        '}',
      ].join('\n'),
    );
    const results = this.#results(looped.slice(1), carried, changed, outputs);
    return this.#finish(results, changed, outputs);
  }

  #argument(name: string, argument: LoopArgument): Tensor {
    const tensor = { shape: argument.shape, type: argument.type, name: this.#hlo.fresh(name) };
    this.#arguments.push(argument);
    this.#tensors.push(tensor);
    return tensor;
  }

  /** Ports of the leaves that some step changes, in the order of the state. */
  #changedLeaves(): string[] {
    const written = new Set<string>();
    for (const { graph } of Object.values(this.parts.variants)) {
      for (const port of graph.outputs.keys()) if (isStatePort(port)) written.add(port);
    }
    return [...this.parts.state.keys()].filter((port) => written.has(port));
  }

  /** Arguments for the leaves that change, then for those that are only read. */
  #stateArguments(changed: readonly string[]): Map<string, Tensor> {
    const made = new Map<string, Tensor>();
    const add = (port: string, kind: 'state' | 'frozen', shape: readonly number[]) =>
      made.set(port, this.#argument(port, { kind, port, shape, type: 'f32' }));
    for (const port of changed) add(port, 'state', this.parts.state.get(port)!);
    for (const { inputs } of this.#functions.values()) {
      for (const { port, type } of inputs) {
        const leaf = this.#leafOf(port);
        if (made.has(leaf) || port.startsWith('input/') || port.startsWith('noise/')) continue;
        const kind = isStatePort(leaf) ? 'state' : 'frozen';
        add(leaf, kind, this.parts.state.get(leaf) ?? type.shape);
      }
    }
    return made;
  }

  /** The leaf that a port is, or is a piece of. */
  #leafOf(port: string): string {
    const at = port.indexOf('/piece/');
    const leaf = at === -1 ? port : port.slice(0, at);
    return this.#pieces.has(leaf) ? leaf : port;
  }

  #inputArguments(): Map<string, Tensor> {
    const made = new Map<string, Tensor>();
    for (const { inputs } of this.#functions.values()) {
      for (const { port, type } of inputs) {
        if (!port.startsWith('input/') || made.has(port)) continue;
        const shape = [this.parts.length, ...type.shape];
        made.set(port, this.#argument(port, { kind: 'input', port, shape, type: type.type }));
      }
    }
    return made;
  }

  #constantArguments(): Map<string, Tensor[]> {
    return new Map(
      [...this.#functions].map(([name, { constants }]) => [
        name,
        constants.map(({ tensor, values }, n) => {
          const { shape, type } = tensor;
          return this.#argument(`constant.${name}.${n}`, { kind: 'constant', values, shape, type });
        }),
      ]),
    );
  }

  /** What the loop carries of the state: leaves, cut into pieces where steps take pieces. What is only read stays outside. */
  #carriedState(changed: readonly string[], initial: ReadonlyMap<string, Tensor>) {
    const hlo = this.#hlo;
    hlo.scope = 'piece';
    const cut = (leaf: string, tensor: Tensor) => {
      let from = 0;
      return (this.#pieces.get(leaf) ?? []).map((size, i) => {
        from += size;
        return { port: piecePort(leaf, i), tensor: hlo.slice(tensor, [from - size], [from]) };
      });
    };
    for (const [leaf, tensor] of initial) {
      if (changed.includes(leaf)) continue;
      this.#fixed.set(leaf, tensor);
      for (const piece of cut(leaf, tensor)) this.#fixed.set(piece.port, piece.tensor);
    }
    return changed.flatMap((leaf) => {
      const tensor = initial.get(leaf)!;
      return this.#pieces.has(leaf) ? cut(leaf, tensor) : [{ port: leaf, tensor }];
    });
  }

  /** Outputs of any variant: [length, …] of each. */
  #outputs(): { readonly name: string; readonly type: TensorType }[] {
    const made = new Map<string, TensorType>();
    for (const { outputs } of this.#functions.values()) {
      for (const { port, type } of outputs) {
        const name = outputOf(port);
        if (name !== undefined)
          made.set(name, { shape: [this.parts.length, ...type.shape], type: type.type });
      }
    }
    return [...made].map(([name, type]) => ({ name, type }));
  }

  /** Takes a step: the new carried state, and every output of it, 0 where the variant has none. */
  #pickVariant(place: StepPlace): Tensor[] {
    const { cycle } = this.parts;
    const hlo = this.#hlo;
    if (new Set(cycle).size === 1) return this.#call(cycle[0]!, place);
    const length = hlo.line(
      { shape: [], type: 'ui64' },
      `stablehlo.constant dense<${cycle.length}> : tensor<ui64>`,
    );
    const turn = hlo.convert(hlo.elementwise('remainder', place.step, length), 'i32');
    let types: readonly Tensor[] = [];
    const branches = cycle.map((name) =>
      hlo.region(() => {
        types = this.#call(name, place);
        hlo.lines.push(`stablehlo.return ${namesOf(types)} : ${types.map(typeText).join(', ')}`);
      }),
    );
    hlo.scope = 'turn';
    const text = branches.map((lines) => ['{', ...indent(lines), '}'].join('\n')).join(', ');
    return hlo.lineOfMany(
      types,
      `"stablehlo.case"(${turn.name}) (${text}) : (tensor<i32>) -> (${types.map(typeText).join(', ')})`,
    );
  }

  #call(name: string, { step, i, key, state, inputs, constants, carried, outputs }: StepPlace): Tensor[] {
    const hlo = this.#hlo;
    const called = this.#functions.get(name)!;
    const draws = new Map(
      this.parts.variants[name]!.noise.map((draw, index) => [draw.name, { draw, index }]),
    );
    const given = called.inputs.map(({ port }) => {
      const known = state.get(port) ?? this.#fixed.get(port);
      if (known !== undefined) return known;
      const input = inputs.get(port);
      if (input !== undefined) return readRow(hlo, input, i);
      const { draw, index } = draws.get(port)!;
      return drawNoise(hlo, draw, { key, step, index });
    });
    const operands = [...given, ...constants.get(name)!];
    const results = called.outputs.map(({ type }) => type);
    hlo.scope = called.name;
    const text = `func.call @${called.name}(${namesOf(operands)}) : (${operands.map(typeText).join(', ')}) -> (${results.map(typeText).join(', ')})`;
    const single = results.length === 1 ? [hlo.line(results[0]!, text)] : hlo.lineOfMany(results, text);
    const made = new Map(called.outputs.map(({ port }, n) => [port, single[n]!]));
    return [
      ...carried.map(({ port }) => made.get(port) ?? state.get(port)!),
      ...outputs.map(({ name, type }) => {
        const own = made.get(`output/${name}`);
        return own ?? hlo.splat(0, { shape: type.shape.slice(1), type: type.type });
      }),
    ];
  }

  /** Joins pieces to leaves again. */
  #results(
    looped: readonly Tensor[],
    carried: readonly { readonly port: string }[],
    changed: readonly string[],
    outputs: readonly object[],
  ): Tensor[] {
    const hlo = this.#hlo;
    hlo.scope = 'joined';
    const byPort = new Map(carried.map(({ port }, n) => [port, looped[n]!]));
    const leaves = changed.map((leaf) => {
      const sizes = this.#pieces.get(leaf);
      if (sizes === undefined) return byPort.get(leaf)!;
      return hlo.concatenate(
        sizes.map((_, i) => byPort.get(piecePort(leaf, i))!),
        0,
      );
    });
    return [...leaves, ...looped.slice(looped.length - outputs.length)];
  }

  #finish(
    results: readonly Tensor[],
    changed: readonly string[],
    outputs: readonly { readonly name: string; readonly type: TensorType }[],
  ): LoweredLoop {
    const place = (port: string) =>
      this.#arguments.findIndex((argument) => argument.kind === 'state' && argument.port === port);
    const described = [
      ...changed.map((port, n): LoopResult => {
        const { shape, type } = results[n]!;
        return { kind: 'state', port, argument: place(port), shape, type };
      }),
      ...outputs.map(({ name, type }): LoopResult => ({ kind: 'output', name, ...type })),
    ];
    const aliases = new Map(
      described.flatMap((result, n) => (result.kind === 'state' ? [[result.argument, n] as const] : [])),
    );
    const main = functionText('main', this.#tensors, results, this.#hlo.lines, aliases);
    const outputsOf = Object.fromEntries(
      [...this.#functions].map(([name, called]) => [
        name,
        called.outputs.flatMap(({ port }) => outputOf(port) ?? []),
      ]),
    );
    const functions = [...this.#functions.values()].map(({ text }) => text);
    return {
      text: moduleText(main, ...functions),
      arguments: this.#arguments,
      results: described,
      outputsOf,
    };
  }
}

/** What a step in the loop stands on. */
interface StepPlace {
  /** Steps taken before this one, in all. */
  readonly step: Tensor;
  /** Steps taken before this one, in this run. */
  readonly i: Tensor;
  readonly key: Tensor;
  readonly state: ReadonlyMap<string, Tensor>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly constants: ReadonlyMap<string, readonly Tensor[]>;
  readonly carried: readonly { readonly port: string }[];
  readonly outputs: readonly { readonly name: string; readonly type: TensorType }[];
}

/** Row i of [length, …]. */
function readRow(hlo: Emitter, x: Tensor, i: Tensor): Tensor {
  hlo.scope = 'row';
  const sizes = [1, ...x.shape.slice(1)];
  const zero = hlo.scalar(0, 'i32');
  const operands = [x, i, ...x.shape.slice(1).map(() => zero)];
  const row = hlo.operator('dynamic_slice', operands, `${namesOf(operands)}, sizes = [${sizes.join(', ')}]`, {
    shape: sizes,
    type: x.type,
  });
  return hlo.reshape(row, x.shape.slice(1));
}

/** [length, …] with row i replaced. */
function writeRow(hlo: Emitter, x: Tensor, row: Tensor, i: Tensor): Tensor {
  hlo.scope = 'row';
  const update = hlo.reshape(row, [1, ...row.shape]);
  const zero = hlo.scalar(0, 'i32');
  const operands = [x, update, i, ...row.shape.map(() => zero)];
  return hlo.operator('dynamic_update_slice', operands, namesOf(operands), x);
}

const indent = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/^/gm, '  '));
