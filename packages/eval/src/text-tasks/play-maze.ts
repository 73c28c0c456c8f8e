import { describeCell, MAZE_STARTS, type MazeCell, MOST_MOVES, moveInMaze } from './text-maze';

/**
 * Continues dialogues, all at once.
 *
 * @param dialogues what was said in each, in turn: the maze, the player, the maze …
 * @returns what the player says in each
 */
export type MazePlayer = (dialogues: readonly (readonly string[])[]) => Promise<readonly string[]>;

/** Options of {@link playMaze}. */
export interface PlayMazeOptions {
  /** Episodes from each of the 25 starts. @default 1 */
  readonly episodes?: number;
  /** Turns that the player is told of besides the last, at most. @default all */
  readonly memory?: number;
}

/**
 * Plays the maze from every start.
 *
 * @returns the return of each episode, all those from the first start first
 */
export async function playMaze(
  player: MazePlayer,
  { episodes = 1, memory = MOST_MOVES }: PlayMazeOptions = {},
): Promise<number[]> {
  const starts = MAZE_STARTS.flatMap((cell) => Array<MazeCell>(episodes).fill(cell));
  const all = starts.map((cell) => ({ cell, said: [describeCell(cell)], total: 0, isOpen: true }));
  for (let move = 0; move < MOST_MOVES; move++) {
    const open = all.filter(({ isOpen }) => isOpen);
    if (open.length === 0) break;
    const answers = await player(open.map(({ said }) => said.slice(-1 - 2 * memory)));
    for (const [i, episode] of open.entries()) {
      const { cell, reward, isGoal } = moveInMaze(episode.cell, answers[i]!);
      episode.cell = cell;
      episode.total += reward;
      episode.isOpen = !isGoal;
      episode.said.push(answers[i]!, describeCell(cell));
    }
  }
  return all.map(({ total }) => total);
}
