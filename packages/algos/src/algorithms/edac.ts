/**
 * EDAC: SAC-N with fewer critics, which are kept from agreeing on which way actions should go.
 *
 * Paper: An, Moon, Kim and Song 2021, "Uncertainty-Based Offline Reinforcement Learning with Diversified Q-Ensemble".
 * Reference: CORL's edac.py.
 *
 * Differences from the reference: those of SAC-N. The authors' own code compares |A| critics, chosen anew in each step.
 */
import { actionGradients, type Critics } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import { AS_LOGGED, onD4rlTransitions } from '../ingredients/config';
import { type SacNContext, sacN, sacNConfig, sacNStep } from './sac-n';

const config = z.strictObject({
  ...sacNConfig.shape,
  diversity: z.number().min(0).default(1).describe('Weight η of the loss that keeps critics apart'),
});

/** Added to ‖∇‖², the square of what the reference adds to ‖∇‖: so there is a slope at 0, too. */
const TINY = 1e-20;

/**
 * How much N critics agree, mean over the batch of Σ_{i≠j} cos(∇ₐQᵢ, ∇ₐQⱼ) / (N − 1), from −N / (N − 1) to N: equation 4 of the
 * paper, times N. With directions uᵢ = ∇ₐQᵢ / ‖∇ₐQᵢ‖ the sum over pairs is ‖Σ uᵢ‖² − Σ ‖uᵢ‖².
 */
function agreement(critics: Critics<tf.Tensor>, observations: tf.Tensor, actions: tf.Tensor): tf.Scalar {
  const slopes = actionGradients(critics, observations, actions); // [N, B, A]
  const directions = tf.mul(slopes, tf.rsqrt(tf.add(tf.sum(tf.square(slopes), 2, true), TINY)));
  const [count, batchSize] = directions.shape as [number, number];
  const together = tf.sum(tf.square(tf.sum(directions, 0)));
  const pairs = tf.sub(together, tf.sum(tf.square(directions)));
  return tf.div(pairs, (count - 1) * batchSize) as tf.Scalar;
}

/** EDAC, ready to train. */
export const edac = defineAlgorithm({
  ...sacN,
  name: 'edac',
  title: 'EDAC',
  config,
  // CORL's configs/offline/edac.
  presets: onD4rlTransitions({
    hopper: { ...AS_LOGGED, criticCount: 50 },
    halfcheetah: AS_LOGGED,
    'halfcheetah-medium-expert': { ...AS_LOGGED, diversity: 5 },
    walker2d: AS_LOGGED,
    'walker2d-medium-expert': { ...AS_LOGGED, diversity: 5 },
    maze2d: { ...AS_LOGGED, diversity: 0.1 },
    antmaze: AS_LOGGED,
    adroit: { ...AS_LOGGED, criticCount: 50, diversity: 200 },
    'pen-human': { ...AS_LOGGED, criticCount: 20, diversity: 1000 },
    'pen-cloned': { ...AS_LOGGED, criticCount: 20, diversity: 10 },
    'pen-expert': { ...AS_LOGGED, criticCount: 20, diversity: 10 },
  }),
  metrics: {
    ...sacN.metrics,
    agreement: 'How much critics agree on the way to better actions: 0 if not at all, N if they all do',
  },
  step: (context: SacNContext & { readonly config: z.infer<typeof config> }) =>
    sacNStep(context, (critics, observations, actions) => {
      const loss = agreement(critics, observations, actions);
      return { penalty: tf.mul(loss, context.config.diversity) as tf.Scalar, metrics: { agreement: loss } };
    }),
});
