import { LamoError, nearest } from '@lamo/core';
import type { ScoreRange } from './define-environment';

const ROBOT_DATA = ['random', 'medium', 'expert', 'medium-expert', 'medium-replay', 'full-replay'];
const HAND_DATA = ['human', 'cloned', 'expert', 'human-longhorizon'];
const ANT_MAZES = ['umaze', 'umaze-diverse', 'medium-play', 'medium-diverse', 'large-play', 'large-diverse'];

/**
 * Reference returns of D4RL's `infos.py`, by the id of a dataset or an environment. In mazes the expert is a controller that
 * plans only once.
 */
export const d4rlReferences: ReadonlyMap<string, ScoreRange> = new Map([
  ...robot('halfcheetah', -280.178953, 12135.0),
  ...robot('hopper', -20.272305, 3234.3),
  ...robot('walker2d', 1.629008, 4592.3),
  ...robot('ant', -325.6, 3879.7),
  ...same(['ant-random-expert-v0'], -325.6, 3879.7),

  reference('maze2d-open-v0', 0.01, 20.66),
  reference('maze2d-umaze-v0', 0.94, 62.6),
  reference('maze2d-umaze-v1', 23.85, 161.86),
  reference('maze2d-medium-v0', 5.77, 85.14),
  reference('maze2d-medium-v1', 13.13, 277.39),
  reference('maze2d-large-v0', 4.83, 191.99),
  reference('maze2d-large-v1', 6.7, 273.99),
  reference('maze2d-eval-umaze-v1', 36.63, 141.4),
  reference('maze2d-eval-medium-v1', 13.07, 204.93),
  reference('maze2d-eval-large-v1', 16.4, 302.22),
  reference('maze2d-open-dense-v0', 11.17817, 27.166538620695782),
  reference('maze2d-umaze-dense-v0', 23.249793, 81.78995240126592),
  reference('maze2d-umaze-dense-v1', 68.537689, 193.66285642381482),
  reference('maze2d-medium-dense-v0', 19.47762, 96.03474232952358),
  reference('maze2d-medium-dense-v1', 44.264742, 297.4552547777125),
  reference('maze2d-large-dense-v0', 27.38831, 215.09965671563742),
  reference('maze2d-large-dense-v1', 30.569041, 303.4857382709002),
  reference('maze2d-eval-umaze-dense-v1', 56.95455, 178.21373133248397),
  reference('maze2d-eval-medium-dense-v1', 42.28578, 235.5658957482388),
  // The same random return as eval-umaze, as in D4RL.
  reference('maze2d-eval-large-dense-v1', 56.95455, 326.09647655082637),

  ...same(versions('antmaze', ANT_MAZES, ['v0', 'v1', 'v2']), 0, 1),
  ...same(versions('kitchen', ['complete', 'partial', 'mixed'], ['v0']), 0, 4),
  ...same(versions('pen', HAND_DATA, ['v0', 'v1']), 96.262799, 3076.8331017826877),
  ...same(versions('hammer', HAND_DATA, ['v0', 'v1']), -274.856578, 12794.134825156867),
  ...same(versions('relocate', HAND_DATA, ['v0', 'v1']), -6.425911, 4233.877797728884),
  ...same(versions('door', HAND_DATA, ['v0', 'v1']), -56.512833, 2880.5693087298737),
  ...same(['minigrid-fourrooms-v0', 'minigrid-fourrooms-random-v0'], 0.01442, 2.89685),
]);

/**
 * Looks up the returns that D4RL calls 0 and 100.
 *
 * @throws LamoError `unknown-reference`, which names the nearest id
 */
export function d4rlReturns(id: string): ScoreRange {
  const found = d4rlReferences.get(id);
  if (found !== undefined) return found;
  const near = nearest(id, d4rlReferences.keys());
  throw new LamoError({
    where: 'eval/scores',
    code: 'unknown-reference',
    problem: `D4RL has no reference returns for "${id}"`,
    expected: 'the id of a D4RL dataset or environment',
    received: `"${id}"`,
    hint: near === undefined ? 'Report the return itself.' : `Did you mean "${near}"?`,
  });
}

type Entry = [id: string, returns: ScoreRange];

function reference(id: string, random: number, expert: number): Entry {
  return [id, { random, expert, source: 'D4RL' }];
}

function same(ids: readonly string[], random: number, expert: number): Entry[] {
  return ids.map((id) => reference(id, random, expert));
}

/** A robot's references apply to every dataset and every version of Gym's and Gymnasium's environment. */
function robot(name: string, random: number, expert: number): Entry[] {
  const datasets = versions(name, ROBOT_DATA, ['v0', 'v1', 'v2']);
  const environments = ['v2', 'v3', 'v4', 'v5'].map((version) => `${name}-${version}`);
  return same([...datasets, ...environments], random, expert);
}

function versions(family: string, kinds: readonly string[], numbers: readonly string[]): string[] {
  return kinds.flatMap((kind) => numbers.map((number) => `${family}-${kind}-${number}`));
}
