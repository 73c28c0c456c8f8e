import type { Rng } from '@lamo/core';
import type { Cell, Maze } from './mazes';
import { createPathPlanner } from './path-planner';

/** Steers the ball of a maze along way-points. It remembers its plan, so each ball needs its own controller. */
export interface WaypointController {
  /**
   * Chooses the force for one step. A target in another cell than before causes a new plan.
   *
   * @param observation [4] position and velocity
   * @param target [2] position to go to; the controller aims at its rounded cell
   * @param action [2] written: the force, in [−1, 1]
   * @returns whether the target's cell has been reached
   */
  act(observation: ArrayLike<number>, target: ArrayLike<number>, action: Float32Array): boolean;
}

type Point = readonly [x: number, y: number];

const POSITION_GAIN = 10;
const VELOCITY_GAIN = -1;
/** How near a way-point counts as reached, and how little the ball must have moved since the last call. */
const NEAR = 0.1;

/**
 * Creates D4RL's way-point controller (`waypoint_controller.py`): a proportional-derivative controller that
 * goes from cell to cell of a planned path.
 *
 * @param rng moves the way-points, all but the last, by up to −0.2 along each axis: towards the middle of their
 *   cells and a little at random
 */
export function createWaypointController(maze: Maze, rng: Rng): WaypointController {
  const planPath = createPathPlanner(maze);
  let target: Cell = [Number.NaN, Number.NaN];
  let waypoints: Point[] = [];
  let next = 0;
  let previous: Point = [0, 0];

  function plan(start: Cell): void {
    const path = planPath(start, target);
    waypoints = path.map(([x, y], i) => {
      return i === path.length - 1 ? [x, y] : [x - rng.uniform(0, 0.2), y - rng.uniform(0, 0.2)];
    });
    next = 0;
    previous = start;
  }

  return {
    act(observation, wanted, action) {
      const position: Point = [observation[0]!, observation[1]!];
      const cell = round(wanted);
      if (cell[0] !== target[0] || cell[1] !== target[1]) {
        target = cell;
        plan(round(position));
      }
      const isSlow = distance(position, previous) < NEAR;
      const isSolved = distance(position, target) < NEAR && isSlow;
      const aim = isSolved ? target : waypoints[next]!;
      for (let i = 0; i < 2; i++) {
        const force = POSITION_GAIN * (aim[i]! - position[i]!) + VELOCITY_GAIN * observation[2 + i]!;
        action[i] = Math.min(1, Math.max(-1, force));
      }
      const isPassed = !isSolved && isSlow && distance(position, aim) < NEAR;
      if (isPassed) next = Math.min(next + 1, waypoints.length - 1);
      previous = position;
      return isSolved;
    },
  };
}

function round(position: ArrayLike<number>): Cell {
  return [Math.round(position[0]!), Math.round(position[1]!)];
}

function distance(a: Point, b: Point): number {
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2);
}
