import { LamoError } from '@lamo/core';
import { unscaleActions } from '@lamo/models';
import * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';

/**
 * Turns what a policy computes into what it returns: `actions` [B, A] in raw units; or where they are classes, the one with the
 * highest score as `actions` [B, 1], and all `scores` [B, n].
 *
 * It is checked, while the policy is traced, that there is an action for each observation: losses broadcast, so that a network
 * with too few outputs trains on without a word.
 *
 * @param computed [B, A] between −1 and 1, or scores [B, n]
 * @param batch B
 * @throws LamoError `actions-shape`
 */
export function readActions(
  computed: tf.Tensor,
  batch: number,
  spec: DatasetSpec,
): Record<string, tf.Tensor> {
  checkShape(computed, batch, spec);
  if (!isDiscrete(spec)) return { actions: unscaleActions(spec.actionBounds ?? null, computed) };
  const best = tf.expandDims(tf.argMax(computed, 1), 1);
  return { actions: tf.cast(best, 'float32'), scores: computed };
}

function checkShape(computed: tf.Tensor, batch: number, spec: DatasetSpec): void {
  const [rows, columns] = computed.shape;
  if (computed.rank === 2 && rows === batch && columns === spec.actionSize) return;
  throw new LamoError({
    where: 'algos/policy',
    code: 'actions-shape',
    problem: 'The policy does not choose one action for each observation',
    expected: `${isDiscrete(spec) ? 'scores' : 'actions'} of shape [${batch}, ${spec.actionSize}]`,
    received: `[${computed.shape.join(', ')}]`,
    hint: 'Look at the outputs of the network and at what `act` makes of them.',
  });
}
