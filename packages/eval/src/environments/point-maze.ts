import { defineEnvironment } from '../define-environment';
import type { MazeName } from '../mazes/mazes';
import { openPointMaze } from '../mazes/point-maze';
import { pointMazeCollector } from '../mazes/point-maze-collector';

const limits = { open: 300, umaze: 300, medium: 600, large: 800 } as const satisfies Partial<
  Record<MazeName, number>
>;

const mazesOf = Object.keys(limits) as (keyof typeof limits)[];

/**
 * Gymnasium-Robotics' PointMaze, version 3: a ball in a maze that is moved by a force and rewarded for being at a goal that each episode draws.
 * `PointMaze_UMazeDense-v3` is `pointmaze-umaze-dense-v3` here. Its goal stays for the episode, as it does there by default.
 */
export const pointMaze = mazesOf.flatMap((maze) =>
  (['sparse', 'dense'] as const).map((reward) =>
    defineEnvironment({
      name: reward === 'sparse' ? `pointmaze-${maze}` : `pointmaze-${maze}-dense`,
      version: 3,
      spec: {
        observationSize: 6,
        observationSpace: { kind: 'vector', parts: { goal: { start: 4, end: 6 } } },
        actionSize: 2,
        actionLow: -1,
        actionHigh: 1,
        maxEpisodeSteps: limits[maze],
      },
      collectors: [pointMazeCollector({ maze, reward })],
      open: (spec) => openPointMaze(spec, { maze, reward }),
    }),
  ),
);
