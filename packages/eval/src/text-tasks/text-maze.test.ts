import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { playMaze } from './play-maze';
import {
  bestMazeReturns,
  describeCell,
  MAZE_STARTS,
  MOVE_WORDS,
  moveInMaze,
  randomMazeWalk,
} from './text-maze';

const best = bestMazeReturns();
const mean = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length;

/** The best move wherever one is. */
function bestMove(said: string): string {
  const cell = MAZE_STARTS.find((start) => describeCell(start) === said)!;
  const worth = (word: string) => {
    const step = moveInMaze(cell, word);
    return step.reward + (step.isGoal ? 0 : best.get(describeCell(step.cell))!);
  };
  return MOVE_WORDS.toSorted((a, b) => worth(b) - worth(a))[0]!;
}

describe('the maze as text', () => {
  it('has 25 starts, and its best moves bring −6.84 on average, from the start beside the goal nothing is lost', () => {
    expect(MAZE_STARTS.length).toBe(25);
    expect(mean([...best.values()])).toBeCloseTo(-6.84, 10);
    expect(best.get('You are at 7 6.')).toBe(0);
    expect(best.get('You are at 1 1.')).toBe(-11);
  });

  it('moves unless a wall is in the way', () => {
    expect(moveInMaze([5, 3], ' right')).toEqual({ cell: [5, 4], reward: -1, isGoal: false });
    for (const text of ['left', ' down', 'jump', '']) expect(moveInMaze([5, 3], text).cell).toEqual([5, 3]);
    expect(moveInMaze([7, 6], 'down')).toEqual({ cell: [8, 6], reward: 0, isGoal: true });
  });

  it('is walked at random, from any start, until the goal or the 100th move', () => {
    const rng = Rng.fromSeed(1);
    const walks = Array.from({ length: 300 }, () => randomMazeWalk(rng));
    const returns = walks.map(({ messages }) =>
      messages.reduce((sum, message) => sum + ('reward' in message ? message.reward : 0), 0),
    );
    // LMRL-Gym's own data bring −83; the mean of 300 walks has an error of 1.7.
    expect(Math.abs(mean(returns) + 83)).toBeLessThan(5);
    for (const [i, { messages, done }] of walks.entries()) {
      const moves = Math.floor(messages.length / 2);
      expect(done ? -returns[i]! + 1 : -returns[i]!).toBe(moves);
      expect(messages.at(-1)!.role).toBe(done ? 'assistant' : 'user');
      if (!done) expect(moves).toBe(100);
    }
  });

  it('is played from every start, all at once, by whoever answers what was said', async () => {
    const returns = await playMaze(async (dialogues) => dialogues.map((said) => bestMove(said.at(-1)!)));
    expect(returns).toEqual([...best.values()]);
    let longest = 0;
    const lost = await playMaze(
      async (dialogues) => {
        longest = Math.max(longest, ...dialogues.map(({ length }) => length));
        return dialogues.map(() => 'jump');
      },
      { episodes: 2, memory: 3 },
    );
    expect(lost).toEqual(Array(50).fill(-100));
    expect(longest).toBe(7);
  });
});
