import type { Task } from '@lamo/core';
import { findEnvironment } from '../../find-environment';
import { mazes } from '../../mazes/mazes';
import { middleOf, openPointMaze } from '../../mazes/point-maze';
import { pointMazeCollector } from '../../mazes/point-maze-collector';
import type { TaskSet } from '../task-set';
import { untilPaid } from '../until-paid';

const maze = mazes.umaze;
const task = { maze: 'umaze', reward: 'sparse' } as const;
const { spec } = findEnvironment('pointmaze-umaze-v3');

/** A goal in the middle of each free cell. */
const tasks: readonly Task[] = maze.freeCells.map((cell) => ({
  name: `cell ${cell.join(',')}`,
  code: middleOf(maze, cell),
}));

/**
 * Gymnasium-Robotics' PointMaze (see `pointmaze-umaze-v3`) with a goal that stays: the middle of one of the 7 free cells of the maze "umaze".
 * Starts are drawn anew in each episode, which ends at the goal, with a reward of 1. The goal is the last two columns of observations.
 */
export const pointMaze: TaskSet = {
  name: 'point-maze',
  description: 'a ball in a maze rolls from anywhere to the middle of one of its 7 cells',
  part: 'goal',
  tasks,
  maxEpisodeSteps: spec.maxEpisodeSteps,
  open: async ({ code: [x = 0, y = 0] }) => untilPaid(await openPointMaze(spec, { ...task, goal: [x, y] })),
  expert: (_, seed) => pointMazeCollector(task).policy(spec, { seed, noise: true }),
  succeeded: ({ terminated }) => terminated,
};
