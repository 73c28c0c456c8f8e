import type { Rng } from '@lamo/core';

/**
 * The maze "double T" of LMRL-Gym (Abdulhai et al. 2023, "LMRL Gym: Benchmarks for Multi-Turn Reinforcement Learning with Language Models"), as text: 26 free
 * cells, the goal at row 8 and column 6, episodes of at most 100 moves. A move costs 1, also into a wall, and the one that reaches the goal nothing.
 */
const MAP = [
  '#############',
  '#.....#.....#',
  '###.#####.###',
  '###.#####.###',
  '###.#####.###',
  '###.......###',
  '######.######',
  '######.######',
  '######.######',
  '#############',
];

const GOAL = [8, 6] as const;

/** Most moves of an episode. */
export const MOST_MOVES = 100;

/** The words for moves, and where they lead: rows and columns. */
const MOVES = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] } as const;

/** A word for a move. */
export type MoveWord = keyof typeof MOVES;

/** The four words. */
export const MOVE_WORDS = Object.keys(MOVES) as readonly MoveWord[];

/** A free cell: row and column. */
export type MazeCell = readonly [row: number, column: number];

/** What a move comes to. */
export interface MazeStep {
  /** Where it leads. */
  readonly cell: MazeCell;
  /** −1, or 0 if it reaches the goal. */
  readonly reward: number;
  /** Whether the goal is reached. */
  readonly isGoal: boolean;
}

/** The 25 cells that an episode may begin in: all that are free but the goal. */
export const MAZE_STARTS: readonly MazeCell[] = MAP.flatMap((line, row) =>
  [...line].flatMap((sign, column) =>
    sign === '.' && !isGoal([row, column]) ? [[row, column] as const] : [],
  ),
);

function isGoal([row, column]: MazeCell): boolean {
  return row === GOAL[0] && column === GOAL[1];
}

/** Says where one is, which is all there is to know. */
export function describeCell([row, column]: MazeCell): string {
  return `You are at ${row} ${column}.`;
}

/** Makes a move. A text that does not name a move leaves the walker in place, and costs as much. */
export function moveInMaze([row, column]: MazeCell, text: string): MazeStep {
  const word = text.trim();
  const [down, right] = Object.hasOwn(MOVES, word) ? MOVES[word as MoveWord] : [0, 0];
  const there: MazeCell = [row + down, column + right];
  const cell: MazeCell = MAP[there[0]]![there[1]] === '.' ? there : [row, column];
  return { cell, reward: isGoal(cell) ? 0 : -1, isGoal: isGoal(cell) };
}

/** An episode as a dialogue: what is said in turn, what each move brought, and whether it ended or was cut. */
export interface MazeDialogue {
  /** Where one is, and the move that is made there, in turn; of what was cut, also where it came to. */
  readonly messages: readonly (
    | { readonly role: 'user'; readonly content: string }
    | { readonly role: 'assistant'; readonly content: string; readonly reward: number }
  )[];
  /** Whether the goal was reached. */
  readonly done: boolean;
}

/** Walks at random until the goal is reached or so many moves are made. */
export function randomMazeWalk(rng: Rng, moves = MOST_MOVES): MazeDialogue {
  const pick = <T>(all: readonly T[]) => all[Math.floor(rng.uniform() * all.length)]!;
  const messages: MazeDialogue['messages'][number][] = [];
  let cell = pick(MAZE_STARTS);
  let done = false;
  for (let i = 0; i < moves && !done; i++) {
    const word = pick(MOVE_WORDS);
    const step = moveInMaze(cell, word);
    messages.push({ role: 'user', content: describeCell(cell) });
    messages.push({ role: 'assistant', content: ` ${word}`, reward: step.reward });
    ({ cell, isGoal: done } = step);
  }
  if (!done) messages.push({ role: 'user', content: describeCell(cell) });
  return { messages, done };
}

/** Returns by value iteration, without a discount, of the best moves from each start: −6.84 on average. */
export function bestMazeReturns(): ReadonlyMap<string, number> {
  const values = new Map(MAZE_STARTS.map((cell) => [describeCell(cell), -MOST_MOVES]));
  const worth = (cell: MazeCell, word: MoveWord) => {
    const step = moveInMaze(cell, word);
    return step.reward + (step.isGoal ? 0 : values.get(describeCell(step.cell))!);
  };
  for (let sweep = 0; sweep < MAZE_STARTS.length; sweep++) {
    for (const cell of MAZE_STARTS) {
      values.set(describeCell(cell), Math.max(...MOVE_WORDS.map((word) => worth(cell, word))));
    }
  }
  return values;
}
