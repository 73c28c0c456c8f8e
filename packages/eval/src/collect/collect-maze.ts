import { type Dataset, LamoError, nearest } from '@lamo/core';
import { maze2d } from '../environments/maze2d';
import { type MazeName, mazes } from '../mazes/mazes';
import { collectWaypoints, type WaypointOptions } from '../mazes/waypoint-collector';

/** Options of {@link collectMaze}. */
export interface CollectMazeOptions extends WaypointOptions {
  /** Which of D4RL’s mazes. */
  readonly maze: MazeName;
  /** @default 'sparse' */
  readonly reward?: 'sparse' | 'dense';
}

/**
 * Collects a maze2d dataset as D4RL did (`generate_maze2d_datasets.py` and its relabelling): a way-point controller
 * carries the ball from one random target to the next, in one stream without resets. `truncated` marks the rows in
 * which a target was reached or given up, `terminated` nothing. Rewards are those of the evaluation goal, for the
 * observation of the same row. `infos` has `qpos`, `qvel` and `goal`, the target at that time.
 *
 * Where D4RL's published files differ from its script (terminals all false, `timeouts`), it follows the files.
 *
 * @throws LamoError `out-of-range` if rows is not a positive integer; `unknown-maze`
 * @example
 * const dataset = await collectMaze({ maze: 'umaze', rows: 100_000, seed: 1, noisy: true });
 * await writeD4rl(dataset, 'maze2d-umaze.hdf5');
 */
export async function collectMaze({
  maze,
  reward = 'sparse',
  ...options
}: CollectMazeOptions): Promise<Dataset> {
  const newest = maze2d.findLast(
    (entry) => entry.maze!.layout === mazes[maze] && entry.maze!.reward === reward,
  );
  if (newest === undefined) throw unknownMaze(maze, reward);
  return collectWaypoints(newest.spec, { maze, reward }, options);
}

function unknownMaze(maze: string, reward: string): LamoError {
  return new LamoError({
    where: 'eval/collect-maze',
    code: 'unknown-maze',
    problem: `There is no maze "${maze}" with ${reward} reward`,
    expected: `one of ${Object.keys(mazes).join(', ')}, sparse or dense`,
    received: `"${maze}", ${reward}`,
    hint: `Did you mean "${nearest(maze, Object.keys(mazes)) ?? 'umaze'}"?`,
  });
}
