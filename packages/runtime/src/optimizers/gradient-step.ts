import type * as tf from '@tensorflow/tfjs-core';
import type { Tree } from '../tree';
import { type Loss, valueAndGradients } from '../value-and-gradients';
import type { AdamState, Optimizer } from './adam';

/** What {@link gradientStep} returns. */
export interface GradientStep<P, Aux> {
  /** The parameters after the step. */
  readonly parameters: P;
  /** The optimiser's state after the step. */
  readonly optimizer: AdamState<tf.Tensor>;
  /** Norm of the gradient before clipping, if the optimiser clips. */
  readonly gradientNorm?: tf.Scalar;
  /** The loss before the step, a scalar. */
  readonly loss: tf.Scalar;
  /** What the loss function returned as `aux`. */
  readonly aux: Aux;
}

/**
 * Moves parameters one step down the gradient of a loss.
 *
 * @param optimizer for example `adam({ learningRate })`
 * @param parameters the tree to move; the loss must depend on each leaf
 * @param state the optimiser's state for these parameters
 * @param fn computes the loss from the parameters
 * @throws LamoError `no-gradient` if the loss does not depend on some of the parameters
 * @example
 * const step = gradientStep(adam(config), state.actor, state.optimizer, (actor) => ({
 *   loss: meanSquaredError(deterministicPolicy(actor, batch.observations), batch.actions),
 * }));
 */
export function gradientStep<P extends Tree<tf.Tensor>, Aux extends Readonly<Record<string, tf.Tensor>>>(
  optimizer: Optimizer,
  parameters: P,
  state: AdamState<tf.Tensor>,
  fn: (parameters: P) => Loss<Aux>,
): GradientStep<P, Aux> {
  const { loss, gradients, aux } = valueAndGradients(parameters, fn);
  const { state: moved, ...update } = optimizer.update(gradients, state, parameters);
  return { ...update, optimizer: moved, loss, aux };
}
