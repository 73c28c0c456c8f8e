import { LamoError, nearest } from '@lamo/core';
import { checkValues } from './check-values';

/** Returns that D4RL calls 0 and 100: those of a random policy and of its expert, who can be beaten: in mazes it is a controller that plans only once. */
export interface ReferenceReturns {
  /** Return of the random policy: score 0. */
  readonly random: number;
  /** Return of the expert: score 100. */
  readonly expert: number;
}

const ROBOT_DATA = ['random', 'medium', 'expert', 'medium-expert', 'medium-replay', 'full-replay'];
const HAND_DATA = ['human', 'cloned', 'expert', 'human-longhorizon'];
const ANT_MAZES = ['umaze', 'umaze-diverse', 'medium-play', 'medium-diverse', 'large-play', 'large-diverse'];

/** Reference returns of D4RL's `infos.py`, by the id of a dataset or an environment. */
const references: ReadonlyMap<string, ReferenceReturns> = new Map([
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
  // The same random return as eval-umaze: so it stands in D4RL.
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
 * @param id of a dataset (`hopper-medium-v2`) or an environment (`hopper-v4`, `Hopper-v4`)
 * @throws LamoError `unknown-reference`, which names the nearest id
 */
export function referenceReturns(id: string): ReferenceReturns {
  const found = references.get(id.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(id, references.keys());
  throw new LamoError({
    where: 'eval/scores',
    code: 'unknown-reference',
    problem: `D4RL has no reference returns for "${id}"`,
    expected: 'the id of a D4RL dataset or environment',
    received: `"${id}"`,
    hint: near === undefined ? 'Report the return itself.' : `Did you mean "${near}"?`,
  });
}

/** Tells whether D4RL has reference returns for a dataset or an environment. */
export function hasReferenceReturns(id: string): boolean {
  return references.has(id.toLowerCase());
}

/**
 * Converts a return to D4RL's normalised score, 100 · (return − random) / (expert − random): 0 is a random
 * policy, 100 D4RL's expert; both can be passed.
 *
 * @param id of a dataset (`hopper-medium-v2`) or an environment (`hopper-v4`)
 * @param episodeReturn undiscounted sum of rewards, or a mean of such
 * @throws LamoError `unknown-reference`, which names the nearest id; `not-finite`
 * @example
 * normalisedScore('maze2d-umaze-v1', 161.86); // 100
 */
export function normalisedScore(id: string, episodeReturn: number): number {
  const { random, expert } = referenceReturns(id);
  checkValues('eval/scores', [episodeReturn]);
  return (100 * (episodeReturn - random)) / (expert - random);
}

type Entry = [id: string, returns: ReferenceReturns];

function reference(id: string, random: number, expert: number): Entry {
  return [id, { random, expert }];
}

function same(ids: readonly string[], random: number, expert: number): Entry[] {
  return ids.map((id) => reference(id, random, expert));
}

/** A robot's references hold for every data set and for every version of Gym's and Gymnasium's environment. */
function robot(name: string, random: number, expert: number): Entry[] {
  const datasets = versions(name, ROBOT_DATA, ['v0', 'v1', 'v2']);
  const environments = ['v2', 'v3', 'v4', 'v5'].map((version) => `${name}-${version}`);
  return same([...datasets, ...environments], random, expert);
}

function versions(family: string, kinds: readonly string[], numbers: readonly string[]): string[] {
  return kinds.flatMap((kind) => numbers.map((number) => `${family}-${kind}-${number}`));
}
