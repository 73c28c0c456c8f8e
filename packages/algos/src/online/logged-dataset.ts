import type { Dataset } from '@lamo/core';
import { classCount } from '@lamo/data';
import { type Experience, specOf } from './experience';

/**
 * What a training has logged by acting, as a dataset of its environment: actions are those that were played, not what networks have.
 *
 * @param rows how many of them, from the first. @default all
 * @throws LamoError `empty-dataset`
 */
export function loggedDataset({ environment, replay }: Experience, rows?: number): Dataset {
  const { spec } = environment;
  const logged = replay.dataset(rows);
  const played = new Float32Array(logged.size * spec.actionSize);
  if (classCount(spec) !== undefined) {
    for (let row = 0; row < logged.size; row++)
      played[row] = logged.actions.indexOf(1, row * logged.actionSize) - row * logged.actionSize;
    return { ...logged, actions: played, actionSize: 1, actionSpace: spec.actionSpace! };
  }
  const { actionBounds } = specOf(environment);
  if (!actionBounds) return logged;
  const { low, high } = actionBounds;
  for (let i = 0; i < played.length; i++) {
    const [from, to] = [low[i % spec.actionSize]!, high[i % spec.actionSize]!];
    played[i] = from + ((logged.actions[i]! + 1) / 2) * (to - from);
  }
  return { ...logged, actions: played };
}
