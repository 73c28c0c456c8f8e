import { type Environment, type EnvironmentSpec, type Policy, Rng } from '@lamo/core';
import type { Player } from '../collect/collector';
import type { MujocoEnvironment } from '../mujoco/mujoco-environment';
import { type Cell, type Maze, mazes } from './mazes';
import { createPathPlanner, type PathPlanner } from './path-planner';
import { cellAt, drawPlace, GOAL_RADIUS, middleOf, openPointMaze, type PointMazeTask } from './point-maze';

type Point = readonly [x: number, y: number];

const POSITION_GAIN = 10;
const VELOCITY_GAIN = -1;
/** How near a way-point counts as reached. */
const NEAR = 0.1;
const NOISE = 0.5;
/** Minari's order, which decides between equally short ways: right, left, up, down. */
const MOVES: readonly Cell[] = [
  [0, 1],
  [0, -1],
  [-1, 0],
  [1, 0],
];

/**
 * Creates Minari's collector for a maze of Gymnasium-Robotics (`create_pointmaze_dataset.py`): way-points lead the ball to the goal, where the
 * episode is cut and the next one begins, at the same place and speed, with another goal.
 */
export function pointMazeCollector(task: PointMazeTask): Player {
  return {
    name: 'minari-waypoint',
    description: 'steers the ball of a maze from goal to goal, as Minari collected',
    policy: (_, { seed, noise }) => steer(mazes[task.maze], seed, noise),
    open: (spec) => fromGoalToGoal(spec, task),
  };
}

/** The ball's stream: it goes on where a goal was reached. */
async function fromGoalToGoal(spec: EnvironmentSpec, task: PointMazeTask): Promise<Environment> {
  const endless = { ...spec, maxEpisodeSteps: Number.POSITIVE_INFINITY };
  const ball = await openPointMaze(endless, task);
  let rng: Rng | undefined;
  return {
    spec: endless,
    get qpos() {
      return ball.qpos;
    },
    get qvel() {
      return ball.qvel;
    },
    reset(seed) {
      if (rng !== undefined) return nextGoal(ball, mazes[task.maze], rng);
      rng = Rng.fromSeed(seed ?? 0).split('goals');
      return ball.reset(seed);
    },
    step(action) {
      const result = ball.step(action);
      return { ...result, truncated: distanceToGoal(ball.qpos) <= GOAL_RADIUS };
    },
    dispose: ball.dispose,
  } as Environment & Pick<MujocoEnvironment, 'qpos' | 'qvel'>;
}

function nextGoal(ball: MujocoEnvironment, maze: Maze, rng: Rng): Float64Array {
  const state = Float64Array.from(ball.qpos);
  do state.set(drawPlace(maze, rng), 2);
  while (distanceToGoal(state) <= GOAL_RADIUS);
  return ball.setState(state, Float64Array.from(ball.qvel));
}

function distanceToGoal([x, y, goalX, goalY]: Float64Array): number {
  return Math.hypot(x! - goalX!, y! - goalY!);
}

/** Leads balls from way-point to way-point: the middles of cells, all but the first up to 0.2 off, and the goal itself. */
function steer(maze: Maze, seed: number, noise: boolean): Policy {
  const planPath = createPathPlanner(maze, MOVES);
  const rng = Rng.fromSeed(seed).split('way-points');
  let plans: Point[][] = [];
  let actions = new Float32Array(0);

  function nextPoint(slot: number, place: Point, goal: Point): Point {
    if (plans[slot]!.length === 0) plans[slot] = plan(maze, planPath, place, goal, rng);
    const points = plans[slot]!;
    if (points.length > 1 && distance(points[0]!, place) <= NEAR) points.shift();
    return points[0]!;
  }

  return {
    reset(batch) {
      plans = Array.from({ length: batch }, () => []);
      actions = new Float32Array(2 * batch);
    },
    async act(observations) {
      for (const slot of plans.keys()) {
        const seen = observations.subarray(6 * slot, 6 * slot + 6);
        const aim = nextPoint(slot, [seen[0]!, seen[1]!], [seen[4]!, seen[5]!]);
        for (let i = 0; i < 2; i++) {
          const force = clip(POSITION_GAIN * (aim[i]! - seen[i]!) + VELOCITY_GAIN * seen[2 + i]!);
          actions[2 * slot + i] = noise ? clip(force + NOISE * rng.normal()) : force;
        }
      }
      return actions;
    },
  };
}

function plan(maze: Maze, planPath: PathPlanner, from: Point, goal: Point, rng: Rng): Point[] {
  const [start, target] = [cellAt(maze, ...from), cellAt(maze, ...goal)];
  const cells = planPath(start, target).slice(0, -1);
  const middles = cells.map((cell, i): Point => {
    const [x, y] = middleOf(maze, cell);
    return i === 0 ? [x, y] : [x - rng.uniform(0, 0.2), y - rng.uniform(0, 0.2)];
  });
  return [...middles, goal];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function clip(force: number): number {
  return Math.min(1, Math.max(-1, force));
}
