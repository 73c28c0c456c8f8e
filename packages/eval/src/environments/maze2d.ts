import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import { type MazeTask, openMaze } from '../mazes/maze-environment';
import { type MazeName, mazes } from '../mazes/mazes';
import { waypointCollector } from '../mazes/waypoint-collector';

interface Maze2d extends MazeTask {
  readonly name: string;
  readonly version: number;
  readonly maxEpisodeSteps: number;
}

/** All tasks that D4RL registers, the newest version of each last. The sparse reward has no word in the name. */
const tasks: readonly Maze2d[] = [
  ...bothRewards('open', 0, 150),
  ...bothRewards('umaze', 0, 150),
  ...bothRewards('umaze', 1, 300),
  ...bothRewards('medium', 0, 250),
  ...bothRewards('medium', 1, 600),
  ...bothRewards('large', 0, 600),
  ...bothRewards('large', 1, 800),
  ...bothRewards('eval-umaze', 1, 300),
  ...bothRewards('eval-medium', 1, 600),
  ...bothRewards('eval-large', 1, 800),
];

/** D4RL's maze2d: a ball in a maze that is moved by a force and rewarded for being at the goal. */
export const maze2d = tasks.map((task) => {
  const { name, version, maze, reward, maxEpisodeSteps } = task;
  const isNewest = tasks.findLast((other) => other.name === name) === task;
  return defineEnvironment({
    name,
    version,
    defaultVersion: isNewest,
    spec: { observationSize: 4, actionSize: 2, actionLow: -1, actionHigh: 1, maxEpisodeSteps },
    score: d4rlReturns(`${name}-v${version}`),
    maze: { layout: mazes[maze], reward },
    // D4RL collected in the newest version of each task.
    collectors: isNewest ? [waypointCollector(task)] : [],
    open: (spec) => openMaze(spec, task),
  });
});

function bothRewards(maze: MazeName, version: number, maxEpisodeSteps: number): Maze2d[] {
  const common = { maze, version, maxEpisodeSteps };
  return [
    { name: `maze2d-${maze}`, reward: 'sparse', ...common },
    { name: `maze2d-${maze}-dense`, reward: 'dense', ...common },
  ];
}
