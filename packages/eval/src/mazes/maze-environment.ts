import type { EnvironmentSpec } from '@lamo/core';
import { element } from '../mujoco/mjcf';
import { type MujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { ballMjcf, ballReward, goalLook, LOWEST, limitSpeed } from './ball-mjcf';
import { type Maze, type MazeName, mazes, wallsOf } from './mazes';

/** The task in a maze: move a ball to the goal with a force, and stay there. */
export interface MazeTask {
  readonly maze: MazeName;
  /** `sparse`: 1 within 0.5 of the goal, else 0. `dense`: exp(−distance). */
  readonly reward: 'sparse' | 'dense';
}

/** Within this distance of the goal the sparse task pays. */
const GOAL_RADIUS = 0.5;
/** Where the ball's own coordinates begin, along x and y of the model. */
const BALL_ORIGIN = 1.2;

/**
 * Opens a maze, after D4RL's `maze_model.py`. Observations: x, y, and their velocities; actions: a force along each. Episodes start in
 * a random free cell and are only ever truncated.
 */
export function openMaze(spec: EnvironmentSpec, { maze, reward }: MazeTask): Promise<MujocoEnvironment> {
  const { goal, freeCells } = mazes[maze];
  return openMujoco(mazeMjcf(mazes[maze]), {
    spec,
    frameSkip: 1,
    drawInitialState(rng, qpos, qvel) {
      const cell = freeCells[rng.integer(freeCells.length)]!;
      for (let i = 0; i < 2; i++) qpos[i] = cell[i]! + rng.uniform(-0.1, 0.1);
      for (let i = 0; i < 2; i++) qvel[i] = 0.1 * rng.normal();
    },
    beforeStep: limitSpeed,
    observe(qpos, qvel, observation) {
      observation.set(qpos);
      observation.set(qvel, 2);
    },
    isTerminated: () => false,
    reward: (_, qpos) => mazeReward(reward, qpos[0]! - goal[0], qpos[1]! - goal[1]),
  });
}

/** Computes the reward at an offset from the goal. */
export function mazeReward(kind: MazeTask['reward'], x: number, y: number): number {
  return ballReward(kind, GOAL_RADIUS, x, y);
}

/**
 * Writes a maze as MJCF. The ball's frame lies at (1.2, 1.2) while walls stand at (row + 1, column + 1), so in
 * the ball's coordinates the middle of cell (row, column) is (row − 0.2, column − 0.2): D4RL's geometry, kept.
 */
function mazeMjcf(maze: Maze): string {
  const { rows, goal } = maze;
  const pos = [goal[0] + BALL_ORIGIN, goal[1] + BALL_ORIGIN, LOWEST];
  return ballMjcf({
    walls: wallsOf(maze).map(([row, column]) => [row + 1, column + 1, 0] as const),
    origin: BALL_ORIGIN,
    ground: {
      size: [rows.length, rows[0]!.length],
      middle: [(rows.length + 1) / 2, (rows[0]!.length + 1) / 2],
    },
    goal: element('site', { name: 'goal', size: [GOAL_RADIUS, 0.005], pos, ...goalLook }),
  });
}
