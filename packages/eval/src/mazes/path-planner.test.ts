import { describe, expect, it } from 'vitest';
import { isFree, mazes } from './mazes';
import { createPathPlanner } from './path-planner';

describe('createPathPlanner', () => {
  it('goes round the wall of the U', () => {
    // #GOO#
    // ###O#
    // #OOO#
    expect(createPathPlanner(mazes.umaze)([3, 1], [1, 1])).toEqual([
      [3, 2],
      [3, 3],
      [2, 3],
      [1, 3],
      [1, 2],
      [1, 1],
    ]);
  });

  it('stays on the target', () => {
    expect(createPathPlanner(mazes.umaze)([1, 2], [1, 2])).toEqual([[1, 2]]);
  });

  it('steps out of a wall first', () => {
    expect(createPathPlanner(mazes.umaze)([0, 2], [1, 1])).toEqual([
      [1, 2],
      [1, 1],
    ]);
  });

  it('breaks ties as D4RL does: along y before along x', () => {
    expect(createPathPlanner(mazes.open)([1, 1], [2, 2])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it.each(Object.entries(mazes))('connects all cells of %s by the shortest way', (_, maze) => {
    const planPath = createPathPlanner(maze);
    for (const target of maze.freeCells) {
      const distances = breadthFirst(maze, target);
      for (const start of maze.freeCells) {
        const path = planPath(start, target);
        expect(path.at(-1)).toEqual(target);
        expect(path.length).toBe(Math.max(1, distances.get(String(start))!));
      }
    }
  });
});

function breadthFirst(maze: (typeof mazes)[keyof typeof mazes], target: readonly [number, number]) {
  const distances = new Map([[String(target), 0]]);
  const queue = [target];
  for (let cell = queue.shift(); cell; cell = queue.shift()) {
    const [x, y] = cell;
    for (const next of [
      [x + 1, y],
      [x - 1, y],
      [x, y + 1],
      [x, y - 1],
    ] as const) {
      if (!isFree(maze, next) || distances.has(String(next))) continue;
      distances.set(String(next), distances.get(String(cell))! + 1);
      queue.push(next);
    }
  }
  return distances;
}
