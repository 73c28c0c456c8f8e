import { isFrozenPort, isStatePort, outputOf, ports } from '../compile/ports';
import { type Pieces, piecePort, splitVectors } from '../compile/split-vectors';
import { stackGraph } from '../compile/stack-graph';
import type { TracedStep } from '../compile/trace-program';
import { sizeOf } from '../tree';
import { Emitter, namesOf, type Precision } from './emitter';
import { type LoopArgument, LoopArguments } from './loop-arguments';
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
  /** How many copies take their steps at once: all but what is frozen has an axis of them. @default one, without such an axis */
  readonly copies?: number | undefined;
}

/** What a result of a loop's program is. */
export type LoopResult = TensorType &
  (
    | {
        readonly kind: 'state';
        readonly port: string;
        /** Place of the argument whose memory it takes. */
        readonly argument: number;
      }
    /** All outputs in one vector, which is read at once: of each first the first step's, then the second's … */
    | { readonly kind: 'outputs'; readonly outputs: readonly LoopOutput[] }
  );

/** What a loop returns of all steps, under one name. */
export interface LoopOutput {
  readonly name: string;
  /** Numbers of all steps. */
  readonly size: number;
}

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
 * State that changes is carried through the loop, and takes the memory of what it was. Arguments: {@link LoopArguments}.
 */
export function lowerLoop({
  variants,
  cycle,
  length,
  state,
  precision = 'float32',
  copies,
}: LoopParts): LoweredLoop {
  const names = Object.keys(variants);
  const { graphs, pieces } = splitVectors(names.map((name) => variants[name]!.graph));
  const functions = new Map(
    graphs.map((graph, i) => {
      const whole = copies === undefined ? graph : stackGraph(graph, copies, isFrozenPort);
      return [names[i]!, lowerGraph(whole, { name: `step.${i}`, precision })];
    }),
  );
  const hlo = new Emitter(precision);
  const changed = changedLeaves(variants, state);
  const given = new LoopArguments(hlo, { functions, state, changed, pieces, length, copies });
  const loop = { hlo, given, functions, variants, cycle, outputs: allOutputs(functions) };
  const looped = takeSteps(loop, length);
  const leaves = joinLeaves(loop, changed, pieces, looped);
  const stateResults = leaves.map(({ shape, type }, i): LoopResult & { kind: 'state' } => {
    const port = changed[i]!;
    return { kind: 'state', port, argument: given.placeOf(port), shape, type };
  });
  const aliases = new Map(stateResults.map(({ argument }, i) => [argument, i]));
  const kept = looped.slice(given.carried.length);
  const joined = joinOutputs(hlo, kept);
  const outputs = kept.map(({ shape }, i) => ({ name: loop.outputs[i]!.name, size: sizeOf(shape) }));
  const results = [...leaves, joined];
  const main = functionText('main', given.tensors, results, hlo.lines, aliases);
  return {
    text: moduleText(main, ...[...functions.values()].map(({ text }) => text)),
    arguments: given.all,
    results: [...stateResults, { kind: 'outputs', outputs, shape: joined.shape, type: joined.type }],
    outputsOf: Object.fromEntries([...functions].map(([name, made]) => [name, outputNames(made)])),
  };
}

/** What the lines of a loop are written from. */
interface Loop {
  readonly hlo: Emitter;
  readonly given: LoopArguments;
  readonly functions: ReadonlyMap<string, StableHloFunction>;
  readonly variants: LoopParts['variants'];
  readonly cycle: readonly string[];
  /** What any of the variants returns, of one step. */
  readonly outputs: readonly { readonly name: string; readonly type: TensorType }[];
}

/** Where a step is in the loop. */
interface StepPlace {
  /** Steps taken before this one, in this run, i32 []. */
  readonly i: Tensor;
  /** And in all, ui64 []. */
  readonly step: Tensor;
  /** The carried state, by port. */
  readonly state: ReadonlyMap<string, Tensor>;
}

/** Ports of the leaves that some step changes, in the order of the state. */
function changedLeaves(variants: LoopParts['variants'], state: LoopParts['state']): string[] {
  const written = new Set(
    Object.values(variants).flatMap(({ graph }) => [...graph.outputs.keys()].filter(isStatePort)),
  );
  return [...state.keys()].filter((port) => written.has(port));
}

const outputNames = ({ outputs }: StableHloFunction) => outputs.flatMap(({ port }) => outputOf(port) ?? []);

function allOutputs(functions: ReadonlyMap<string, StableHloFunction>): Loop['outputs'] {
  const made = new Map<string, TensorType>();
  for (const { outputs } of functions.values()) {
    for (const { port, type } of outputs) {
      const name = outputOf(port);
      if (name !== undefined) made.set(name, type);
    }
  }
  return [...made].map(([name, type]) => ({ name, type }));
}

/** Writes the loop: the carried state, then [length, …] of every output. */
function takeSteps(loop: Loop, length: number): Tensor[] {
  const { hlo, given, outputs } = loop;
  const { carried, count, first } = given;
  hlo.scope = 'loop';
  const starts = outputs.map(({ type: { shape, type } }) =>
    hlo.splat(0, { shape: [length, ...shape], type }),
  );
  const begin = [hlo.scalar(0, 'i32'), ...carried.map(({ tensor }) => tensor), ...starts];
  const names = ['i', ...carried.map(({ port }) => port), ...outputs.map(({ name }) => name)];
  const inside = begin.map(({ shape, type }, n) => ({ shape, type, name: hlo.fresh(`now.${names[n]}`) }));
  const [i, ...now] = inside as [Tensor, ...Tensor[]];
  const condition = hlo.region(() => returnAll(hlo, [hlo.compare('LT', i, count)]));
  const body = hlo.region(() => {
    const step = hlo.elementwise('add', first, hlo.convert(i, 'ui64'));
    const state = new Map(carried.map(({ port }, n) => [port, now[n]!]));
    const made = pickVariant(loop, { i, step, state });
    const kept = now.slice(carried.length);
    const rows = made.slice(carried.length).map((value, n) => writeRow(hlo, kept[n]!, value, i));
    hlo.scope = 'loop';
    const next = hlo.elementwise('add', i, hlo.scalar(1, 'i32'));
    returnAll(hlo, [next, ...made.slice(0, carried.length), ...rows]);
  });
  const pairs = inside.map(({ name }, n) => `${name} = ${begin[n]!.name}`).join(', ');
  const text = [
    `stablehlo.while(${pairs}) : ${begin.map(typeText).join(', ')}`,
    ...['cond {', ...indent(condition), '} do {', ...indent(body), '}'],
  ];
  hlo.scope = 'loop';
  return hlo.lineOfMany(begin, text.join('\n')).slice(1);
}

/** Takes a step: the new carried state, and all outputs. */
function pickVariant(loop: Loop, place: StepPlace): Tensor[] {
  const { hlo, cycle } = loop;
  if (new Set(cycle).size === 1) return call(loop, cycle[0]!, place);
  hlo.scope = 'turn';
  const turns = hlo.convert(hlo.scalar(cycle.length, 'i64'), 'ui64');
  const turn = hlo.convert(hlo.elementwise('remainder', place.step, turns), 'i32');
  let types: readonly Tensor[] = [];
  const branches = cycle.map((name) =>
    hlo.region(() => {
      types = call(loop, name, place);
      returnAll(hlo, types);
    }),
  );
  hlo.scope = 'turn';
  const text = branches.map((lines) => ['{', ...indent(lines), '}'].join('\n')).join(', ');
  const signature = `(${typeText(turn)}) -> (${types.map(typeText).join(', ')})`;
  return hlo.lineOfMany(types, `"stablehlo.case"(${turn.name}) (${text}) : ${signature}`);
}

/** Takes a step of one variant. Outputs that it does not have are 0. */
function call({ hlo, given, functions, variants, outputs }: Loop, name: string, place: StepPlace): Tensor[] {
  const { i, step, state } = place;
  const called = functions.get(name)!;
  const draws = new Map(variants[name]!.noise.map((draw, index) => [draw.name, { draw, index }]));
  const operands = called.inputs.map(({ port }) => {
    const known = state.get(port) ?? given.fixed.get(port);
    if (known !== undefined) return known;
    const input = given.inputs.get(port);
    if (input !== undefined) return readRow(hlo, input, i);
    const { draw, index } = draws.get(port)!;
    return drawNoise(hlo, draw, { key: given.key, step, index });
  });
  operands.push(...given.constants.get(name)!);
  const results = called.outputs.map(({ type }) => type);
  hlo.scope = called.name;
  const signature = `(${operands.map(typeText).join(', ')}) -> (${results.map(typeText).join(', ')})`;
  const text = `func.call @${called.name}(${namesOf(operands)}) : ${signature}`;
  const returned = results.length === 1 ? [hlo.line(results[0]!, text)] : hlo.lineOfMany(results, text);
  const made = new Map(called.outputs.map(({ port }, n) => [port, returned[n]!]));
  return [
    ...given.carried.map(({ port }) => made.get(port) ?? state.get(port)!),
    ...outputs.map(({ name, type }) => made.get(ports.output(name)) ?? hlo.splat(0, type)),
  ];
}

/** All outputs as one vector; of none, an empty one. */
function joinOutputs(hlo: Emitter, outputs: readonly Tensor[]): Tensor {
  hlo.scope = 'outputs';
  if (outputs.length === 0) return hlo.splat(0, { shape: [0], type: 'f32' });
  const vectors = outputs.map((x) => hlo.reshape(x, [sizeOf(x.shape)]));
  return hlo.concatenate(vectors, 0);
}

/** Joins pieces to leaves again. */
function joinLeaves(
  { hlo, given }: Loop,
  changed: readonly string[],
  pieces: Pieces,
  looped: readonly Tensor[],
): Tensor[] {
  hlo.scope = 'joined';
  const byPort = new Map(given.carried.map(({ port }, n) => [port, looped[n]!]));
  return changed.map((leaf) => {
    const sizes = pieces.get(leaf);
    if (sizes === undefined) return byPort.get(leaf)!;
    const parts = sizes.map((_, i) => byPort.get(piecePort(leaf, i))!);
    return hlo.concatenate(parts, parts[0]!.shape.length - 1);
  });
}

/** Row i of [length, …]. */
function readRow(hlo: Emitter, x: Tensor, i: Tensor): Tensor {
  hlo.scope = 'row';
  const [, ...shape] = x.shape;
  const zero = hlo.scalar(0, 'i32');
  const operands = [x, i, ...shape.map(() => zero)];
  const text = `${namesOf(operands)}, sizes = [${[1, ...shape].join(', ')}]`;
  const row = hlo.operator('dynamic_slice', operands, text, { shape: [1, ...shape], type: x.type });
  return hlo.reshape(row, shape);
}

/** [length, …] with row i replaced. */
function writeRow(hlo: Emitter, x: Tensor, row: Tensor, i: Tensor): Tensor {
  hlo.scope = 'row';
  const zero = hlo.scalar(0, 'i32');
  const operands = [x, hlo.reshape(row, [1, ...row.shape]), i, ...row.shape.map(() => zero)];
  return hlo.operator('dynamic_update_slice', operands, namesOf(operands), x);
}

function returnAll(hlo: Emitter, values: readonly Tensor[]): void {
  hlo.lines.push(`stablehlo.return ${namesOf(values)} : ${values.map(typeText).join(', ')}`);
}

const indent = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/^/gm, '  '));
