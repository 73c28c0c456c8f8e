import * as tf from '@tensorflow/tfjs-core';
import { type Tree, treeLeaves, unflattenTree } from './tree';

/** What a loss function returns: the scalar to differentiate, and anything else worth keeping. */
export interface Loss<Aux extends Readonly<Record<string, tf.Tensor>>> {
  readonly loss: tf.Scalar;
  readonly aux?: Aux;
}

/**
 * Computes a loss and its gradient with respect to every leaf of a parameter tree.
 *
 * @param parameters the tree to differentiate with respect to; the loss must depend on each leaf
 * @param fn computes the loss from the parameters
 * @returns the loss (scalar), the gradients in the structure of `parameters`, and `aux` as `fn` returned it
 * @example
 * const { loss, gradients } = valueAndGradients(actor, (actor) => ({ loss: meanSquaredError(mlp(actor, x), y) }));
 */
export function valueAndGradients<P extends Tree<tf.Tensor>, Aux extends Readonly<Record<string, tf.Tensor>>>(
  parameters: P,
  fn: (parameters: P) => Loss<Aux>,
): { loss: tf.Scalar; gradients: P; aux: Aux } {
  const leaves = treeLeaves<tf.Tensor>(parameters);
  let kept: [string, tf.Tensor][] = [];
  const { value, grads } = tf.valueAndGrads((...xs: tf.Tensor[]) => {
    const { loss, aux } = fn(unflattenTree(parameters, xs) as P);
    // The scope of valueAndGrads ends before the caller can use these.
    kept = Object.entries(aux ?? {}).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]);
    return loss;
  })(leaves);
  const aux = kept.map(([name, tensor]) => {
    const own = tf.clone(tensor);
    tensor.dispose();
    return [name, own];
  });
  return {
    loss: value as tf.Scalar,
    gradients: unflattenTree<tf.Tensor, tf.Tensor>(parameters, grads) as P,
    aux: Object.fromEntries(aux) as Aux,
  };
}
