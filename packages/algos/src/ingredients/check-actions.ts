import { LamoError } from '@lamo/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';

/**
 * Checks, while a policy is traced, that there is an action for each observation: losses broadcast, so that a network with too few
 * outputs trains on without a word.
 *
 * @param actions what `act` returned, to be [B, A]
 * @param batch B
 * @throws LamoError `actions-shape`
 */
export function checkActions(actions: tf.Tensor, batch: number, { actionSize }: DatasetSpec): tf.Tensor {
  const [rows, columns] = actions.shape;
  if (actions.rank === 2 && rows === batch && columns === actionSize) return actions;
  throw new LamoError({
    where: 'algos/policy',
    code: 'actions-shape',
    problem: 'The policy does not choose one action for each observation',
    expected: `actions of shape [${batch}, ${actionSize}]`,
    received: `[${actions.shape.join(', ')}]`,
    hint: 'Look at the outputs of the network and at what `act` makes of them.',
  });
}
