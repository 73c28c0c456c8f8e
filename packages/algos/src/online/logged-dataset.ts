import type { Dataset } from '@lamo/core';
import { classCount } from '@lamo/data';
import { unscaleActions } from '../kinds/action-bounds';
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
  if (classCount(spec) === undefined) return unscaleActions(logged, specOf(environment).actionBounds ?? null);
  const { actionSize } = logged;
  const classOf = (_: unknown, row: number) => logged.actions.indexOf(1, row * actionSize) - row * actionSize;
  const actions = Float32Array.from({ length: logged.size }, classOf);
  return { ...logged, actions, actionSize: 1, actionSpace: spec.actionSpace! };
}
