import { type HostArray, hostArray, mapTree, type Tree, treeEntries } from '@lamo/runtime';
import type { Mlp } from '../networks/mlp';

/**
 * Puts networks of one shape side by side, so that one batched product computes a layer of all of them.
 *
 * @param networks N networks with weights [inputs, outputs] and biases [outputs]
 * @returns weights [N, inputs, outputs] and biases [N, 1, outputs]
 */
export function stackNetworks(networks: readonly Mlp<HostArray>[]): Mlp<HostArray> {
  const leaves = networks.map((network) => new Map(treeEntries<HostArray>(network)));
  return mapTree(networks[0]! as Tree<HostArray>, ({ shape }, path) => {
    const own = shape.length === 1 ? [1, ...shape] : shape;
    const parts = leaves.map((each) => each.get(path)!.data);
    const data = new Float32Array(parts.length * parts[0]!.length);
    for (const [i, part] of parts.entries()) data.set(part, i * part.length);
    return hostArray([parts.length, ...own], data);
  }) as Mlp<HostArray>;
}
