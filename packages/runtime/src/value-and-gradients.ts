import { LamoError } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import { type Tree, treeEntries, treeLeaves, unflattenTree } from './tree';

/** What a loss function returns: the scalar to differentiate, and anything else worth keeping. */
export interface Loss<Aux extends Readonly<Record<string, tf.Tensor>>> {
  /** What is differentiated. */
  readonly loss: tf.Scalar;
  /** Tensors to return beside the loss. */
  readonly aux?: Aux;
}

/**
 * Computes a loss and its gradient with respect to every leaf of a parameter tree.
 *
 * @param parameters the tree to differentiate with respect to; the loss must depend on each leaf
 * @param fn computes the loss from the parameters
 * @returns the loss (scalar), the gradients in the structure of `parameters`, and `aux` as `fn` returned it
 * @throws LamoError `no-gradient` if the loss does not depend on some of the parameters
 * @example
 * const { loss, gradients } = valueAndGradients(actor, (actor) => ({ loss: meanSquaredError(mlp(actor, x), y) }));
 */
export function valueAndGradients<P extends Tree<tf.Tensor>, Aux extends Readonly<Record<string, tf.Tensor>>>(
  parameters: P,
  fn: (parameters: P) => Loss<Aux>,
): { loss: tf.Scalar; gradients: P; aux: Aux } {
  const leaves = treeLeaves<tf.Tensor>(parameters);
  let kept: [string, tf.Tensor][] = [];
  const forward = () => {
    const { loss, aux } = fn(parameters);
    // The scope of the gradients ends before the caller can use these.
    kept = Object.entries(aux ?? {}).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]);
    return loss;
  };
  // Like tf.valueAndGrads, which does not say which parameters have no gradient.
  const { value, grads } = tf.tidy(() => tf.engine().gradients(forward, leaves, undefined, true));
  checkGradients(parameters, grads);
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

function checkGradients(parameters: Tree<tf.Tensor>, gradients: readonly (tf.Tensor | undefined)[]): void {
  const paths = treeEntries(parameters).map(([path]) => path);
  const without = paths.filter((_, i) => gradients[i] === undefined);
  if (without.length === 0) return;
  throw new LamoError({
    where: 'runtime/gradients',
    code: 'no-gradient',
    problem: 'The loss does not depend on all parameters that it is differentiated with respect to',
    expected: 'a gradient for each',
    received: `none for ${without.map((path) => `'${path}'`).join(', ')}`,
    hint: 'Pass only the networks that this loss trains; networks that train at other times need an optimiser of their own.',
  });
}
