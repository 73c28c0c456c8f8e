import type { Rng } from '@lamo/core';
import type { Attributes } from '../mujoco/mjcf';

/** A maze as D4RL draws those of the ant: `#` wall, `R` where the ant starts, `G` the goal, `.` free. */
type Rows = readonly string[];

/** The mazes that D4RL evaluates in (`maze_env.py`). */
export const antMazes = {
  umaze: rows('##### #R..# ###.# #G..# #####'),
  medium: rows('######## #R.##..# #..#...# ##...### #..#...# #.#..#.# #...#.G# ########'),
  large: rows(
    '############ #R...#.....# #.##.#.#.#.# #......#...# #.####.###.# #..#.#.....# ##.#.#.#.### #..#...#.G.# ############',
  ),
} as const satisfies Record<string, Rows>;

export type AntMazeName = keyof typeof antMazes;

/** Metres from cell to cell. */
const CELL = 4;

/** Lists the walls as attributes of geoms: the start is the origin, x grows with the column and y with the row. */
export function antWalls(maze: AntMazeName): Attributes[] {
  return placesOf(maze, '#').map(([x, y]) => ({ type: 'box', size: [2, 2, 1], pos: [x, y, 1] }));
}

/** Draws a goal: the middle of its cell, and up to 1 and once more up to 0.5 beyond it along each axis. */
export function drawAntGoal(maze: AntMazeName, rng: Rng): [x: number, y: number] {
  const [x, y] = placesOf(maze, 'G')[0]!;
  const draw = (middle: number) => Math.max(middle + rng.uniform(0, 1) + rng.uniform(0, 0.5), 0);
  return [draw(x), draw(y)];
}

/** Middles of the cells that have a letter. */
function placesOf(maze: AntMazeName, wanted: string): [x: number, y: number][] {
  const [startRow, startColumn] = cellsOf(antMazes[maze], 'R')[0]!;
  return cellsOf(antMazes[maze], wanted).map(([row, column]) => [
    CELL * (column - startColumn),
    CELL * (row - startRow),
  ]);
}

function cellsOf(maze: Rows, wanted: string): [row: number, column: number][] {
  return maze.flatMap((row, i) =>
    [...row].flatMap((tile, j) => (tile === wanted ? [[i, j] as [number, number]] : [])),
  );
}

function rows(text: string): Rows {
  return text.split(' ');
}
