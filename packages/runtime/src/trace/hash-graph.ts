import { createHash } from 'node:crypto';
import type { Graph, Node } from './graph';
import { keepEveryNumber } from './graph-builder';

/** SHA-256 of what a graph computes: equal for graphs of the same nodes in the same order, constants and ports included. */
export function hashGraph({ nodes, outputs }: Graph): string {
  const hash = createHash('sha256');
  const places = new Map<Node, number>(nodes.map((node, place) => [node, place]));
  for (const { kernel, name, inputs, attributes, outputs: made, constant } of nodes) {
    const operands = Object.entries(inputs).map(([key, { node, index }]) => [key, places.get(node), index]);
    const specs = made.map(({ shape, dtype, stored }) => [shape, dtype, stored]);
    hash.update(JSON.stringify([kernel, name, operands, attributes, specs], keepEveryNumber));
    if (constant !== undefined)
      hash.update(new Uint8Array(constant.buffer, constant.byteOffset, constant.byteLength));
  }
  const ends = Array.from(outputs, ([port, { node, index }]) => [port, places.get(node), index]);
  return hash.update(JSON.stringify(ends)).digest('hex');
}
