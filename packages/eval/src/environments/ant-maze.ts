import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { type AntMazeName, antWalls, drawAntGoal } from '../mazes/ant-mazes';
import { type MujocoTask, openMujoco } from '../mujoco/mujoco-environment';
import { antMjcf, antPositions, antVelocities } from '../robots/ant-model';
import { addNormal, addUniform } from '../robots/planar-robot';

/** Within this distance of the goal the task is solved. */
const GOAL_RADIUS = 0.5;

const limits = { umaze: 700, medium: 1000, large: 1000 } as const satisfies Record<AntMazeName, number>;

/**
 * Describes the task of D4RL's `maze_env.py`: an ant is paid 1 when it reaches the goal, which ends the episode. The goal is drawn anew for
 * each one and is not observed.
 */
function antMazeTask(maze: AntMazeName): Omit<MujocoTask, 'spec'> {
  let goal: readonly [x: number, y: number] = [0, 0];
  const isReached = ([x, y]: Float64Array) => Math.hypot(x! - goal[0], y! - goal[1]) <= GOAL_RADIUS;
  return {
    frameSkip: 5,
    drawInitialState(rng, qpos, qvel) {
      goal = drawAntGoal(maze, rng);
      addUniform(rng, qpos, 0.1);
      addNormal(rng, qvel, 0.1);
    },
    observe(qpos, qvel, observation) {
      observation.set(qpos);
      observation.set(qvel, antPositions);
    },
    isTerminated: (qpos) => isReached(qpos),
    reward: (_, qpos) => Number(isReached(qpos)),
  };
}

/**
 * D4RL's AntMaze, version 2, in the mazes that it evaluates in. The ant has a longer time step than Gym's and softer contacts; actions of ±1 are
 * torques of ±30. No script here can walk, so that data are random until a policy is trained.
 */
export const antMaze = (Object.keys(limits) as AntMazeName[]).map((maze) =>
  defineEnvironment({
    name: `antmaze-${maze}`,
    version: 2,
    spec: {
      observationSize: antPositions + antVelocities,
      actionSize: 8,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: limits[maze],
    },
    // The share of episodes that reach the goal: D4RL says so of all its ant mazes.
    score: d4rlReturns('antmaze-umaze-v2'),
    options: { inertia: ['exact', 'legacy'] },
    open: (spec, { inertia = 'exact' }) => {
      const contact = { solimp: [0.8, 0.8, 0.01] };
      const model = { timestep: 0.02, contact, gear: 30, walls: antWalls(maze) };
      return openMujoco(antMjcf(model, inertia), { spec, ...antMazeTask(maze) });
    },
  }),
);
