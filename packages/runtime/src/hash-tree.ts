import { createHash } from 'node:crypto';
import { type HostArray, type Tree, treeEntries } from './tree';

/**
 * Computes the SHA-256 of a tree's numbers, with the paths and shapes of its leaves, in their order.
 *
 * @returns 64 hexadecimal digits
 */
export function hashTree(tree: Tree<HostArray>): string {
  const hash = createHash('sha256');
  for (const [path, { shape, data }] of treeEntries(tree)) {
    hash.update(`${path} [${shape}]`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
