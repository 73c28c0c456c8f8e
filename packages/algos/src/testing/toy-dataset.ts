import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';

const ROWS = 400;

/** What somebody may do in the toy: pull as they like, or to the left, right, down or up. */
export type ToyActions = 'amounts' | 'classes';

/** How far each class pulls. */
const PULLS = [
  [-0.3, 0],
  [0.3, 0],
  [0, -0.3],
  [0, 0.3],
] as const;

/**
 * Makes a small dataset on which every algorithm can learn something: somebody pulls a point in the plane towards the
 * middle, a little carelessly, and pays for the distance that is left.
 *
 * Observations are the position and the step's number, actions the pull. Episodes have one to six steps; some are
 * terminated, some cut by a time limit, and the last one is unfinished.
 */
export function toyDataset(kind: ToyActions = 'amounts'): Dataset {
  const rng = Rng.fromSeed(5);
  const observations: number[][] = [];
  const actions: number[][] = [];
  const rewards: number[] = [];
  const terminated: boolean[] = [];
  const truncated: boolean[] = [];
  while (rewards.length < ROWS) {
    const length = 1 + rng.integer(6);
    const isCut = rng.integer(3) === 0;
    let position = [rng.uniform(-1, 1), rng.uniform(-1, 1)];
    for (let step = 0; step < length && rewards.length < ROWS; step++) {
      const { action, pull } = kind === 'classes' ? choose(position, rng) : drawPull(position, rng);
      observations.push([...position, step / 6]);
      actions.push(action);
      position = position.map((x, i) => x + pull[i]!);
      rewards.push(-Math.hypot(...position));
      terminated.push(step === length - 1 && !isCut);
      truncated.push(step === length - 1 && isCut);
    }
  }
  terminated[ROWS - 1] = false;
  truncated[ROWS - 1] = false;
  const columns = { name: 'toy', observations, actions, rewards, terminated, truncated };
  if (kind === 'amounts') return createDataset(columns);
  return createDataset({ ...columns, actionSpace: { kind: 'discrete', count: PULLS.length } });
}

function drawPull(position: readonly number[], rng: Rng) {
  const pull = position.map((x) => Math.max(-1, Math.min(1, 0.2 * rng.normal() - 0.5 * x)));
  return { action: pull, pull };
}

/** Mostly the pull that leaves the least. */
function choose(position: readonly number[], rng: Rng) {
  const left = PULLS.map((pull) => Math.hypot(...position.map((x, i) => x + pull[i]!)));
  const chosen = rng.integer(4) === 0 ? rng.integer(PULLS.length) : left.indexOf(Math.min(...left));
  return { action: [chosen], pull: PULLS[chosen]! };
}
