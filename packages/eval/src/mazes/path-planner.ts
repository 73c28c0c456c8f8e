import { type Cell, isFree, type Maze } from './mazes';

/** Along −y, +y, −x, +x: D4RL's order, which decides between equally short ways. */
const D4RL_MOVES: readonly Cell[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
];
const ITERATIONS = 50;
const DISCOUNT = 0.99;
const MOST_MOVES = 100;

/** Plans the way from one cell to another. */
export type PathPlanner = (start: Cell, target: Cell) => Cell[];

/**
 * Creates the planner of a maze: 50 sweeps of Q-iteration over a grid that rewards each step on the
 * target with 1, then the greedy moves (D4RL's `q_iteration.py` and `waypoint_controller.py`). It may start in a wall: the
 * ball's rounded position can lie in one. It returns the cells after each move, the target last; the target alone if
 * that is the start.
 *
 * @param moves the first of equally good ones is taken. @default D4RL's order
 */
export function createPathPlanner(maze: Maze, moves: readonly Cell[] = D4RL_MOVES): PathPlanner {
  const known = new Map<string, number[][]>();
  return (start, target) => {
    const key = target.join();
    const values = known.get(key) ?? iterateValues(maze, moves, target);
    known.set(key, values);
    const path: Cell[] = [];
    let cell = start;
    while (path.length < MOST_MOVES) {
      cell = bestMove(maze, moves, values, cell);
      path.push(cell);
      if (isSame(cell, target)) break;
    }
    return path;
  };
}

/**
 * Computes the value of each cell, [rows, columns]. The last of the iterations is {@link bestMove} itself: all moves from
 * a cell earn the same, so the best one leads to the best cell.
 */
function iterateValues(maze: Maze, moves: readonly Cell[], target: Cell): number[][] {
  let values = maze.rows.map((row) => [...row].map(() => 0));
  for (let i = 1; i < ITERATIONS; i++) {
    values = values.map((row, x) =>
      row.map((_, y) => {
        const [nextX, nextY] = bestMove(maze, moves, values, [x, y]);
        return Number(isSame([x, y], target)) + DISCOUNT * values[nextX]![nextY]!;
      }),
    );
  }
  return values;
}

/** Where the best move leads to, the first of equally good ones; staying comes before all. A move into a wall stays. */
function bestMove(maze: Maze, moves: readonly Cell[], values: number[][], [x, y]: Cell): Cell {
  let best: Cell = [x, y];
  for (const [dx, dy] of moves) {
    const next: Cell = [x + dx, y + dy];
    if (isFree(maze, next) && values[next[0]]![next[1]]! > values[best[0]]![best[1]]!) best = next;
  }
  return best;
}

function isSame(a: Cell, b: Cell): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
