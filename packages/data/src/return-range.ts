import { checkCount, LamoError } from '@lamo/core';
import { cutBySteps } from './cut-by-steps';
import { checkRowOrder } from './row-order';
import type { Transitions } from './transitions';

/** Lowest and highest return of a trajectory, and the factor for rewards that follows from them. */
export interface ReturnRange {
  /** The lowest return. */
  readonly min: number;
  /** The highest return. */
  readonly max: number;
  /** 1000 / (max − min) */
  readonly rewardScale: number;
}

/**
 * How transitions are cut into trajectories:
 * - `steps` (CORL): after a terminated one or when a trajectory has 1000 (or `maxEpisodeSteps`); the rest at the end is
 *   ignored. So are time-outs, so the cuts drift where rows were dropped.
 * - `continuity` (official IQL): after a terminated one or where the next transition does not begin where this one ended
 *   (a distance above 1e-6); the rest at the end is a trajectory.
 */
export type TrajectoryCut = 'steps' | 'continuity';

/**
 * Finds the extreme trajectory returns, by which IQL, TD3+BC and others scale the rewards of locomotion tasks.
 *
 * @param transitions usually those of `qlearningTransitions`
 * @throws LamoError `out-of-range`, `rows-out-of-order`; `constant-return` if all returns are equal or no trajectory is complete
 */
export function minMaxReturn(
  transitions: Transitions,
  { cut, maxEpisodeSteps = 1000 }: { cut: TrajectoryCut; maxEpisodeSteps?: number },
): ReturnRange {
  const { dataset, rows } = transitions;
  checkCount('data/return-range', 'maxEpisodeSteps', maxEpisodeSteps);
  checkRowOrder(dataset, 'data/return-range', 'returns');
  const ends = cut === 'steps' ? cutBySteps(transitions, maxEpisodeSteps) : cutByContinuity(transitions);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let start = 0;
  for (const end of ends) {
    let sum = 0;
    for (let i = start; i < end; i++) sum += dataset.rewards[rows[i]!]!;
    min = Math.min(min, sum);
    max = Math.max(max, sum);
    start = end;
  }
  if (!(max > min)) throw constantReturn(dataset.name, min);
  return { min, max, rewardScale: 1000 / (max - min) };
}

/** Finds where trajectories end by looking at what follows; the last transition ends one in any case. */
function cutByContinuity(transitions: Transitions): number[] {
  const { dataset, rows } = transitions;
  const ends: number[] = [];
  for (const [i, row] of rows.entries()) {
    const isLast = i === rows.length - 1;
    if (isLast || dataset.terminated[row] === 1 || isJump(transitions, i)) ends.push(i + 1);
  }
  return ends;
}

/** Says whether transition i + 1 begins elsewhere than where transition i ended. */
function isJump({ dataset, rows, nextRows, nextObservations }: Transitions, i: number): boolean {
  const { observations, observationSize } = dataset;
  const ended = nextRows[i]! * observationSize;
  const begins = rows[i + 1]! * observationSize;
  let squares = 0;
  for (let j = 0; j < observationSize; j++)
    squares += (observations[begins + j]! - nextObservations[ended + j]!) ** 2;
  return Math.sqrt(squares) > 1e-6;
}

function constantReturn(name: string, received: number): LamoError {
  return new LamoError({
    where: 'data/return-range',
    code: 'constant-return',
    problem: `The rewards of \`${name}\` cannot be scaled by the range of its returns`,
    expected: 'at least two trajectories of different return',
    received: Number.isFinite(received) ? `only ${received}` : 'no complete trajectory',
    hint: "Train on the rewards as they are: `normaliseRewards: 'none'`, on the command line --normalise-rewards none.",
  });
}
