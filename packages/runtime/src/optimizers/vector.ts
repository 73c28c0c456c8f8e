import * as tf from '@tensorflow/tfjs-core';
import { type HostArray, sizeOf, type Tree, treeLeaves, unflattenTree } from '../tree';

/**
 * Joins all leaves to one vector. In a compiled step this is free: the compiler stores such state as one vector.
 * @returns [number of parameters]
 */
export function toVector(tree: Tree<tf.Tensor>): tf.Tensor1D {
  return tf.concat(treeLeaves(tree).map((leaf) => tf.reshape(leaf, [leaf.size]) as tf.Tensor1D));
}

/** Cuts a vector into a tree of the structure and shapes of `like`. */
export function fromVector<P extends Tree<tf.Tensor>>(vector: tf.Tensor1D, like: P): P {
  const leaves = treeLeaves<tf.Tensor>(like);
  const pieces = tf.split(
    vector,
    leaves.map((leaf) => leaf.size),
  );
  return unflattenTree<tf.Tensor, tf.Tensor>(
    like,
    leaves.map((leaf, i) => tf.reshape(pieces[i]!, leaf.shape)),
  ) as P;
}

/** Number of parameters in a tree. */
export function countParameters(tree: Tree<{ readonly shape: readonly number[] }>): number {
  return treeLeaves(tree).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Zeros on the host, of any shape. */
export function zeros(...shape: readonly number[]): HostArray {
  return { shape, data: new Float32Array(sizeOf(shape)) };
}
