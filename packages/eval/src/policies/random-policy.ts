import { type EnvironmentSpec, type Policy, Rng } from '@lamo/core';
import { actionDrawer } from '@lamo/data';
import { checkActions } from '../check-spec';

/**
 * Creates D4RL's policy with score 0: actions drawn uniformly from the environment's bounds.
 *
 * @default seed 0
 * @throws LamoError `environment-spec`
 */
export function randomPolicy(
  spec: Pick<EnvironmentSpec, 'actionSize' | 'actionLow' | 'actionHigh' | 'actionSpace'>,
  seed = 0,
): Policy {
  checkActions(spec);
  const { actionSize, actionSpace } = spec;
  const draw = actionDrawer(spec, Rng.fromSeed(seed).split('random actions'));
  let actions = new Float32Array(0);
  return {
    ...(actionSpace ? { actionSpace } : {}),
    reset(batch) {
      actions = new Float32Array(batch * actionSize);
    },
    async act() {
      for (let i = 0; i < actions.length; i++) actions[i] = draw(i % actionSize);
      return actions;
    },
  };
}
