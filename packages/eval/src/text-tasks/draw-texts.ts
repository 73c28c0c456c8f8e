import { LamoError, type Rng } from '@lamo/core';
import type { LetterTask } from './letter-tasks';

/** A text with its solution. */
export interface SolvedText {
  /** The text, without the instruction. */
  readonly prompt: string;
  /** How it goes on. */
  readonly completion: string;
}

/**
 * Draws texts of a task that all differ, and solves them.
 *
 * @param without texts that are not drawn: those that a model is judged on
 * @throws LamoError `too-few-texts` if there are not so many
 * @example
 * const judged = drawTexts(letterTasks[0]!, 20, Rng.fromSeed(0));
 * const shown = drawTexts(letterTasks[0]!, 32, Rng.fromSeed(1), judged);
 */
export function drawTexts(
  task: LetterTask,
  count: number,
  rng: Rng,
  without: readonly SolvedText[] = [],
): SolvedText[] {
  const left = new Set(without.map(({ prompt }) => prompt));
  const drawn = new Map<string, SolvedText>();
  // The last of n texts is found in n draws on average: in a hundred times as many, or there is none.
  for (let tries = 0; drawn.size < count; tries++) {
    if (tries === 100 * (count + left.size + 10)) throw tooFew(task, count, drawn.size);
    const prompt = task.draw(rng);
    if (!left.has(prompt)) drawn.set(prompt, { prompt, completion: task.solve(prompt) });
  }
  return [...drawn.values()];
}

/** Says what share of answers is exactly right. */
export function shareSolved(texts: readonly SolvedText[], answers: readonly string[]): number {
  return texts.filter(({ completion }, i) => completion === answers[i]).length / texts.length;
}

function tooFew({ name }: LetterTask, expected: number, received: number): LamoError {
  return new LamoError({
    where: 'eval/text-tasks',
    code: 'too-few-texts',
    problem: `There are not so many different texts of ${name}`,
    expected: String(expected),
    received: String(received),
  });
}
