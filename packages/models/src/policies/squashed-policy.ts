import { type HostArray, hostArray, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { type Mlp, mlp } from '../networks/mlp';
import type { Gaussian } from './gaussian-policy';
import { readGaussian } from './squashed-gaussian';

/** Parameters of a policy that squashes a Gaussian: log σ = multiplier · output + offset, both of which learn. */
export interface SquashedPolicy<Leaf> {
  /** From observations to means and raw spreads: O inputs, 2A outputs. */
  readonly network: Mlp<Leaf>;
  /** A scalar. */
  readonly multiplier: Leaf;
  /** A scalar. */
  readonly offset: Leaf;
  readonly [key: string]: Tree<Leaf>;
}

/** Creates a policy from a network; see {@link SquashedPolicy} for multiplier and offset. */
export function initSquashedPolicy(
  network: Mlp<HostArray>,
  { multiplier, offset }: { readonly multiplier: number; readonly offset: number },
): SquashedPolicy<HostArray> {
  return { network, multiplier: hostArray([], [multiplier]), offset: hostArray([], [offset]) };
}

/**
 * Computes π(·|s) before tanh, its log σ between −20 and 2. `sampleSquashed` and `squashedMean` turn it into actions.
 *
 * @param observations [B, O]
 */
export function squashedPolicy(
  { network, multiplier, offset }: SquashedPolicy<tf.Tensor>,
  observations: tf.Tensor,
): Gaussian {
  return readGaussian(mlp(network, observations), { low: -20, high: 2, multiplier, offset });
}
