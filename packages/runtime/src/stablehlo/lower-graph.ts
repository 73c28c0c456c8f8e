import type { Graph } from '../trace/graph';
import { Emitter, type LongConstant, type Precision } from './emitter';
import { lowerings } from './lower/index';
import { elementTypes, type Tensor, type TensorType, typeText } from './types';

/** A function of a StableHLO module. */
export interface StableHloFunction {
  readonly name: string;
  /** Its text, from `func.func` to the last brace. */
  readonly text: string;
  /** Names of the graph's inputs that it needs, with their types, in the order of its arguments. */
  readonly inputs: readonly { readonly port: string; readonly type: TensorType }[];
  /** Numbers that follow the inputs as further arguments. */
  readonly constants: readonly LongConstant[];
  /** Places of the inputs whose memory outputs take. */
  readonly donated: readonly number[];
  /** Names of the graph's outputs, with their types, in the order of its results. */
  readonly outputs: readonly { readonly port: string; readonly type: TensorType }[];
}

/** Options of {@link lowerGraph}. */
export interface LowerOptions {
  /** @default 'main' */
  readonly name?: string;
  /** How products of float matrices are computed. @default 'float32' */
  readonly precision?: Precision;
  /** Whether an output takes the memory of the input of the same name: state. @default false */
  readonly donate?: boolean;
}

/**
 * Lowers a traced graph to a StableHLO function. The text is the same for the same graph, and says where every value comes from.
 *
 * Source: StableHLO's specification, https://openxla.org/stablehlo/spec.
 */
export function lowerGraph(
  graph: Graph,
  { name = 'main', precision, donate = false }: LowerOptions = {},
): StableHloFunction {
  const hlo = new Emitter(precision);
  const used = new Set(graph.nodes);
  const inputs = [...graph.inputs].flatMap(([port, value]) => {
    if (!used.has(value.node)) return [];
    const type: TensorType = { shape: value.shape, type: elementTypes[value.stored ?? value.dtype] };
    return [{ port, value, type, tensor: { ...type, name: hlo.fresh(port) } }];
  });
  for (const { value, tensor } of inputs) {
    // An input that is given as bytes is converted where it enters.
    hlo.scope = 'input';
    hlo.bind(value, hlo.convert(tensor, elementTypes[value.dtype]));
  }
  for (const node of graph.nodes) {
    if (node.kernel === '$input' || node.kernel === '$constant') continue;
    const lowering = lowerings[node.kernel];
    if (lowering === undefined) throw new Error(`no lowering for ${node.kernel}`);
    hlo.scope = node.kernel;
    const made = lowering(hlo, node);
    const tensors = Array.isArray(made) ? made : [made];
    node.outputs.forEach((value, i) => {
      hlo.bind(value, tensors[i]!);
    });
  }
  hlo.scope = 'output';
  const results = [...graph.outputs].map(([port, value]) => ({ port, type: hlo.tensor(value) }));
  const args = [...inputs.map(({ tensor }) => tensor), ...hlo.longConstants.map(({ tensor }) => tensor)];
  const aliases = donate ? aliasesOf(inputs, results) : new Map<number, number>();
  const types = results.map(({ type }) => type);
  return {
    name,
    text: functionText(name, args, types, hlo.lines, aliases),
    inputs: inputs.map(({ port, type }) => ({ port, type })),
    constants: hlo.longConstants,
    donated: [...aliases.keys()],
    outputs: results,
  };
}

interface Port {
  readonly port: string;
}

/** Which output has the name of an input, by the input's place. */
function aliasesOf(inputs: readonly Port[], outputs: readonly Port[]): Map<number, number> {
  const found = inputs.map(
    ({ port }, i) => [i, outputs.findIndex((output) => output.port === port)] as const,
  );
  return new Map(found.filter(([, output]) => output !== -1));
}

/**
 * The text of a function.
 *
 * @param aliases which result takes the memory of an argument, by the argument's place
 */
export function functionText(
  name: string,
  args: readonly Tensor[],
  results: readonly Tensor[],
  lines: readonly string[],
  aliases: ReadonlyMap<number, number> = new Map(),
): string {
  const visibility = name === 'main' ? 'public' : 'private';
  const types = results.map(typeText).join(', ');
  const given = args.map((tensor, i) => {
    const result = aliases.get(i);
    const alias = result === undefined ? '' : ` {tf.aliasing_output = ${result} : i32}`;
    return `    ${tensor.name}: ${typeText(tensor)}${alias}`;
  });
  const returned = results.map((tensor) => tensor.name).join(', ');
  return [
    `func.func ${visibility} @${name}(`,
    given.join(',\n'),
    `) -> (${types}) {`,
    ...lines.map((line) => line.replaceAll(/^/gm, '  ')),
    `  return ${returned}${results.length === 0 ? '' : ` : ${types}`}`,
    '}',
  ].join('\n');
}
