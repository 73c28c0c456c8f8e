import type { EnvironmentSpec } from '@lamo/core';
import { element } from '../mujoco/mjcf';
import { type MujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { isFree, type Maze, type MazeName, mazes } from './mazes';

/** The task in a maze: move a ball to the goal with a force, and stay there. */
export interface MazeTask {
  readonly maze: MazeName;
  /** `sparse`: 1 within 0.5 of the goal, else 0. `dense`: exp(−distance). */
  readonly reward: 'sparse' | 'dense';
}

const MAX_SPEED = 5;
/** Within this distance of the goal the sparse task pays. */
const GOAL_RADIUS = 0.5;
const GOAL_COLOUR = [0.93, 0.72, 0.2, 1];
const GROUND_COLOUR = [0.91, 0.92, 0.94, 1];
const BALL_RADIUS = 0.1;
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
    beforeStep(qvel) {
      for (let i = 0; i < 2; i++) qvel[i] = Math.min(MAX_SPEED, Math.max(-MAX_SPEED, qvel[i]!));
    },
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
  const distance = Math.sqrt(x * x + y * y);
  return kind === 'sparse' ? Number(distance <= GOAL_RADIUS) : Math.exp(-distance);
}

/**
 * Writes a maze as MJCF. The ball's frame lies at (1.2, 1.2) while walls stand at (row + 1, column + 1), so in
 * the ball's coordinates the middle of cell (row, column) is (row − 0.2, column − 0.2): D4RL's geometry, kept.
 */
function mazeMjcf(maze: Maze): string {
  const contact = { condim: 1, contype: 2, conaffinity: 1, margin: 0.002, friction: [0.5, 0.1, 0.1] };
  const walls = maze.rows.flatMap((row, x) =>
    [...row].flatMap((_, y) => {
      if (isFree(maze, [x, y])) return [];
      return [element('geom', { type: 'box', size: [0.5, 0.5, 0.2], pos: [x + 1, y + 1, 0], ...contact })];
    }),
  );
  // D4RL's ground only pushes the ball along z, where it cannot move, so there is no ground here.
  return element('mujoco', {}, [
    element('option', { timestep: 0.01, gravity: [0, 0, 0], iterations: 20, integrator: 'Euler' }),
    element('size', { memory: '256K' }),
    element('worldbody', {}, [
      ...walls,
      ...groundAndGoal(maze),
      element('body', { pos: [BALL_ORIGIN, BALL_ORIGIN, 0] }, [
        element('joint', { name: 'x', type: 'slide', axis: [1, 0, 0], damping: 1 }),
        element('joint', { name: 'y', type: 'slide', axis: [0, 1, 0], damping: 1 }),
        element('geom', { type: 'sphere', size: BALL_RADIUS, ...contact, contype: 1 }),
      ]),
    ]),
    element('actuator', {}, [
      element('motor', { joint: 'x', gear: 100, ctrllimited: 'true', ctrlrange: [-1, 1] }),
      element('motor', { joint: 'y', gear: 100, ctrllimited: 'true', ctrlrange: [-1, 1] }),
    ]),
  ]);
}

/** Only to be seen: sites take no part in the physics. */
function groundAndGoal({ rows, goal }: Maze): string[] {
  const [height, width] = [rows.length, rows[0]!.length];
  const below = -BALL_RADIUS;
  return [
    element('site', {
      name: 'ground',
      type: 'box',
      size: [height / 2, width / 2, 0.01],
      pos: [(height + 1) / 2, (width + 1) / 2, below - 0.02],
      rgba: GROUND_COLOUR,
    }),
    element('site', {
      name: 'goal',
      type: 'cylinder',
      size: [GOAL_RADIUS, 0.005],
      pos: [goal[0] + BALL_ORIGIN, goal[1] + BALL_ORIGIN, below],
      rgba: GOAL_COLOUR,
    }),
  ];
}
