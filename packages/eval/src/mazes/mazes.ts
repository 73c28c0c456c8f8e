/** A cell of a maze: [row, column] of its text, which are also the integer coordinates [x, y] of the task. */
export type Cell = readonly [row: number, column: number];

/** A maze as D4RL draws it: `#` wall, `O` free, `G` free and the goal of the evaluation task. */
export interface Maze {
  /** The text, one string per row. */
  readonly rows: readonly string[];
  /** The cell marked `G`. */
  readonly goal: Cell;
  /** Free cells row by row, the goal last: D4RL draws starts and targets from this list. */
  readonly freeCells: readonly Cell[];
}

/** The mazes of D4RL's `maze_model.py`. */
export const mazes = {
  umaze: maze('##### #GOO# ###O# #OOO# #####'),
  medium: maze('######## #OO##OO# #OO#OOO# ##OOO### #OO#OOO# #O#OO#O# #OOO#OG# ########'),
  large: maze(
    '############ #OOOO#OOOOO# #O##O#O#O#O# #OOOOOO#OOO# #O####O###O# #OO#O#OOOOO# ##O#O#O#O### #OO#OOO#OGO# ############',
  ),
  open: maze('####### #OOOOO# #OOGOO# #OOOOO# #######'),
  'eval-umaze': maze('##### #OOG# #O### #OOO# #####'),
  'eval-medium': maze('######## #OOOOOG# #O#O##O# #OOOO#O# ###OO### #OOOOOO# #OO##OO# ########'),
  'eval-large': maze(
    '############ #OO#OOO#OGO# ##O###O#O#O# #OO#O#OOOOO# #O##O#OO##O# #OOOOOO#OOO# #O##O#O#O### #OOOO#OOOOO# ############',
  ),
} as const satisfies Record<string, Maze>;

/** Name of a maze of D4RL. */
export type MazeName = keyof typeof mazes;

/** Tells whether a cell is inside the maze and not a wall. */
export function isFree({ rows }: Maze, [row, column]: Cell): boolean {
  const tile = rows[row]?.[column];
  return tile === 'O' || tile === 'G';
}

/** Lists the cells that are walls, row by row. */
export function wallsOf({ rows }: Maze): Cell[] {
  return cellsWith(rows, '#');
}

function cellsWith(rows: readonly string[], wanted: string): Cell[] {
  return rows.flatMap((row, x) => [...row].flatMap((tile, y) => (tile === wanted ? [[x, y] as const] : [])));
}

function maze(text: string): Maze {
  const rows = text.split(' ');
  const goal = cellsWith(rows, 'G')[0]!;
  return { rows, goal, freeCells: [...cellsWith(rows, 'O'), goal] };
}
