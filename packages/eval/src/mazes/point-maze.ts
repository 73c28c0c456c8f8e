import type { EnvironmentSpec, Rng } from '@lamo/core';
import { element } from '../mujoco/mjcf';
import { type MujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { ballMjcf, ballReward, goalLook, LOWEST, limitSpeed } from './ball-mjcf';
import { type Cell, type Maze, type MazeName, mazes, wallsOf } from './mazes';

/** The task: reach a goal that each episode draws. */
export interface PointMazeTask {
  readonly maze: MazeName;
  /** `sparse`: 1 within 0.45 of the goal, else 0. `dense`: exp(−distance). */
  readonly reward: 'sparse' | 'dense';
  /** Where the goal of every episode is. @default each draws its own */
  readonly goal?: readonly [x: number, y: number];
}

/** How near counts as having reached the goal. */
export const GOAL_RADIUS = 0.45;
/** Starts and goals lie up to this far from the middle of a cell, along each axis. */
const SCATTER = 0.25;

/**
 * Opens a maze after Gymnasium-Robotics' `maze_v4.py` and `point_maze.py`. Observations: x, y and their velocities, then the goal's x
 * and y; actions: a force along each. Start and goal, unless it is given, are drawn anew in each episode, which is only ever truncated. The goal is part of the
 * state, so that a state says all; it has no mass that the ball could feel.
 */
export function openPointMaze(
  spec: EnvironmentSpec,
  { maze, reward, goal }: PointMazeTask,
): Promise<MujocoEnvironment> {
  return openMujoco(pointMazeMjcf(mazes[maze]), {
    spec,
    frameSkip: 1,
    drawInitialState(rng, qpos) {
      qpos.set(goal ?? drawPlace(mazes[maze], rng), 2);
      qpos.set(drawStart(mazes[maze], rng, qpos.subarray(2, 4)));
    },
    beforeStep: limitSpeed,
    observe(qpos, qvel, observation) {
      observation.set(qpos.subarray(0, 2));
      observation.set(qvel.subarray(0, 2), 2);
      observation.set(qpos.subarray(2, 4), 4);
    },
    isTerminated: () => false,
    reward: (_, [x, y, goalX, goalY]) => ballReward(reward, GOAL_RADIUS, x! - goalX!, y! - goalY!),
  });
}

/** Computes the middle of a cell: the maze is centred, and y grows from its last row to its first. */
export function middleOf({ rows }: Maze, [row, column]: Cell): [x: number, y: number] {
  return [column + 0.5 - rows[0]!.length / 2, rows.length / 2 - (row + 0.5)];
}

/** Finds the cell around a point. */
export function cellAt({ rows }: Maze, x: number, y: number): Cell {
  return [Math.floor(rows.length / 2 - y), Math.floor(x + rows[0]!.length / 2)];
}

/** Draws a point in a free cell: a goal. */
export function drawPlace(maze: Maze, rng: Rng): [x: number, y: number] {
  return scatter(middleOf(maze, drawCell(maze, rng)), rng);
}

/** Draws a point in a free cell whose middle is not at the goal. */
function drawStart(maze: Maze, rng: Rng, [goalX, goalY]: Float64Array): [x: number, y: number] {
  for (;;) {
    const [x, y] = middleOf(maze, drawCell(maze, rng));
    if (Math.hypot(x - goalX!, y - goalY!) > 0.5) return scatter([x, y], rng);
  }
}

function drawCell({ freeCells }: Maze, rng: Rng): Cell {
  return freeCells[rng.integer(freeCells.length)]!;
}

function scatter([x, y]: [number, number], rng: Rng): [x: number, y: number] {
  return [x + rng.uniform(-SCATTER, SCATTER), y + rng.uniform(-SCATTER, SCATTER)];
}

function pointMazeMjcf(maze: Maze): string {
  const look = { ...goalLook, size: [GOAL_RADIUS, 0.005], contype: 0, conaffinity: 0 };
  return ballMjcf({
    walls: wallsOf(maze).map((cell) => [...middleOf(maze, cell), 0.2] as const),
    origin: 0,
    ground: { size: [maze.rows[0]!.length, maze.rows.length], middle: [0, 0] },
    goal: element('body', { name: 'goal', pos: [0, 0, LOWEST] }, [
      element('joint', { name: 'goal-x', type: 'slide', axis: [1, 0, 0] }),
      element('joint', { name: 'goal-y', type: 'slide', axis: [0, 1, 0] }),
      element('geom', look),
    ]),
  });
}
