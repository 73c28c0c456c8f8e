import { LamoError } from '@lamo/core';
import { ports } from '../compile/ports';
import type { OnnxInitializer, OnnxModel, OnnxNode, OnnxPort } from './model-writer';

/** Name of the open dimension, in the shapes of inputs and in the file. */
export const BATCH = 'batch';

/**
 * Sizes that a graph is lowered for. They are primes larger than the sizes of networks, so that a number that depends
 * on the batch is never mistaken for one that does not; the third one checks what follows from the first two.
 */
const SIZES = [10_007, 10_009, 10_037] as const;

/** A list of integers in a graph, each a + k · batch. */
interface OpenList {
  readonly name: string;
  /** a */
  readonly fixed: readonly number[];
  /** k */
  readonly slopes: readonly number[];
}

/**
 * Builds a model for any batch size from models for fixed ones. They may differ only in lists of integers (shapes, lengths), which
 * the model then computes from the size of its input.
 *
 * @param build lowers the graph for a batch size
 * @throws LamoError `fixed-batch` if the graph depends on the batch size in another way
 */
export function openBatch(build: (batch: number) => OnnxModel): OnnxModel {
  const models = SIZES.map(build) as [OnnxModel, OnnxModel, OnnxModel];
  const [model] = models;
  for (const other of models) checkSameNodes(model, other);
  const lists = model.initializers.flatMap((_, i) => compareLists(models.map((m) => m.initializers[i]!)));
  const open = new Set(lists.map(({ name }) => name));
  const ports = (which: 'inputs' | 'outputs') =>
    model[which].map((_, i) => openPort(models.map((m) => m[which][i]!)));
  const inputs = ports('inputs');
  return {
    ...model,
    inputs,
    outputs: ports('outputs'),
    initializers: [
      ...model.initializers.filter(({ name }) => !open.has(name)),
      ...lists.flatMap(({ name, fixed, slopes }) => [
        integers(`${name}/fixed`, fixed),
        integers(`${name}/slopes`, slopes),
      ]),
    ],
    nodes: [
      ...(lists.length === 0 ? [] : [batchSize(inputs)]),
      ...lists.flatMap(computeList),
      ...model.nodes,
    ],
  };
}

/** Reads the batch size from the first input that has it. */
function batchSize(inputs: readonly OnnxPort[]): OnnxNode {
  const { name: input, shape } = inputs.find(({ shape }) => shape.includes(BATCH))!;
  const axis = shape.indexOf(BATCH);
  const attributes = { start: { int: axis }, end: { int: axis + 1 } };
  return { op: 'Shape', inputs: [input], outputs: [ports.batchSize], attributes, domain: '' };
}

function computeList({ name }: OpenList): OnnxNode[] {
  const node = (op: string, inputs: string[], output: string) => {
    return { op, inputs, outputs: [output], attributes: {}, domain: '' };
  };
  return [
    node('Mul', [`${name}/slopes`, ports.batchSize], `${name}/share`),
    node('Add', [`${name}/fixed`, `${name}/share`], name),
  ];
}

function checkSameNodes(one: OnnxModel, other: OnnxModel): void {
  const [nodes, others] = [one, other].map((model) => model.nodes.map((node) => JSON.stringify(node)));
  const at = nodes!.findIndex((node, i) => node !== others![i]);
  if (at >= 0) throw fixedBatch(`the operator ${one.nodes[at]!.op}`);
  if (nodes!.length !== others!.length || one.initializers.length !== other.initializers.length) {
    throw fixedBatch('the number of operators');
  }
}

/** Finds how a constant depends on the batch size; undefined if it does in no linear way. */
function compareLists(constants: readonly OnnxInitializer[]): OpenList[] {
  const [one, two, three] = constants as [OnnxInitializer, OnnxInitializer, OnnxInitializer];
  const isSame = ({ bytes }: OnnxInitializer) =>
    bytes === one.bytes || (bytes.length === one.bytes.length && Buffer.compare(bytes, one.bytes) === 0);
  if (isSame(two) && isSame(three)) return [];
  if (one.type !== 'int64') throw fixedBatch('a number in the computation');
  const [first, second, third] = constants.map(({ bytes }) =>
    Array.from(new BigInt64Array(bytes.slice().buffer), Number),
  );
  const slopes = first!.map((value, i) => (second![i]! - value) / (SIZES[1] - SIZES[0]));
  const fixed = first!.map((value, i) => value - slopes[i]! * SIZES[0]);
  const follows = third!.every((value, i) => value === fixed[i]! + slopes[i]! * SIZES[2]);
  if (!follows || !slopes.every(Number.isInteger)) throw fixedBatch('a shape');
  return [{ name: one.name, fixed, slopes }];
}

function openPort(ports: readonly OnnxPort[]): OnnxPort {
  const shape = ports[0]!.shape.map((length, axis) => {
    const isBatch = ports.every((port, i) => port.shape[axis] === SIZES[i]);
    if (!isBatch && ports.some((port) => port.shape[axis] !== length))
      throw fixedBatch('the shape of an output');
    return isBatch ? BATCH : length;
  });
  return { ...ports[0]!, shape };
}

function integers(name: string, values: readonly number[]): OnnxInitializer {
  const bytes = new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
  return { name, type: 'int64', shape: [values.length], bytes };
}

function fixedBatch(what: string): LamoError {
  return new LamoError({
    where: 'runtime/onnx/batch',
    code: 'fixed-batch',
    problem: `The function cannot be exported for any batch size: ${what} depends on it`,
    expected: 'rows that are computed independently',
    hint: 'Compute each row independently (no means over the batch, no constants of its size), or export for one fixed batch size.',
  });
}
