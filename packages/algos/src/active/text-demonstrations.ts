import { type Dataset, LamoError, type Task } from '@lamo/core';
import { createDataset, type PromptAndCompletion, type TokenExample, type Tokenizer } from '@lamo/data';
import type { DatasetSpec } from '../kinds/dataset';

const WHERE = 'algos/active';

/** The part of what a language model sees that says the task. */
export const INSTRUCTION = 'instruction';

/** Marks padding: ids of tokens are never negative. */
const NOTHING = -1;

/** What texts are written in, and how long they may be. */
export interface TextSizes {
  /** Cuts texts into tokens. */
  readonly tokenizer: Tokenizer;
  /** Tokens that a text may have, its instruction and the end of text among them: not more than the model has positions. */
  readonly context: number;
}

/**
 * Makes tasks of which a language model is told by instructions that stand before its texts. The code of a task is the tokens of its
 * instruction, filled up to the longest one: with one more or one less, all codes may be others.
 *
 * @param instructions by the names of the tasks
 * @throws LamoError `no-instruction` for one without tokens
 * @example
 * const tasks = instructedTasks(tokenizer, { reverse: 'reverse: ', sort: 'sort: ' });
 */
export function instructedTasks(
  tokenizer: Tokenizer,
  instructions: Readonly<Record<string, string>>,
): readonly Task[] {
  const all = Object.entries(instructions).map(([name, text]) => ({ name, ids: tokenizer.encode(text) }));
  const longest = Math.max(...all.map(({ ids }) => ids.length));
  return all.map(({ name, ids }) => {
    if (ids.length === 0)
      throw refuse('no-instruction', `Nothing says that task ${name} is to be done`, 'a text', 'none');
    return { name, code: [...ids, ...Array<number>(longest - ids.length).fill(NOTHING)] };
  });
}

/**
 * Makes one demonstration of solved examples. A language model is a policy of which a step is a token: what it observes is the
 * instruction, the prompt and what it has written so far, what it does is the next token, and the end of text is its last step. All examples
 * are one episode, one after the other.
 *
 * @param task of {@link instructedTasks}
 * @param examples prompts without the instruction, with their completions
 * @returns a row for each token of a completion: observations [n, K + context] are ids of the instruction and of what follows it, −1
 *   where there is none; actions are ids. Memory grows with the tokens of a text squared
 * @throws LamoError `no-end-of-text`, `no-examples`, `empty-completion`, `example-too-long`
 * @example
 * await tuning.tell([solvedExamples(task, [{ prompt: 'abc', completion: 'cba' }], { tokenizer, context: 64 })]);
 */
export function solvedExamples(
  task: Task,
  examples: readonly PromptAndCompletion[],
  { tokenizer, context }: TextSizes,
): Dataset {
  const { vocabularySize } = tokenizer;
  const endOfText = endOfTextOf(tokenizer);
  if (examples.length === 0)
    throw refuse('no-examples', `No example of task ${task.name} was solved`, 'at least one', 'none');
  const rows = examples.flatMap(({ prompt, completion }, i) => {
    const [read, written] = [tokenizer.encode(prompt), [...tokenizer.encode(completion), endOfText]];
    const length = countTokens(task.code) + read.length + written.length;
    const place = `example ${i + 1} of task ${task.name}`;
    if (written.length === 1)
      throw refuse('empty-completion', `The completion in ${place} is empty`, 'a text', 'none');
    if (length > context)
      throw refuse(
        'example-too-long',
        `There are too many tokens in ${place}`,
        `at most ${context}`,
        `${length}`,
      );
    return written.map((token, t) => ({ seen: [...read, ...written.slice(0, t)], token }));
  });
  return createDataset({
    name: `solved examples of ${task.name}`,
    observations: rows.map(({ seen }) => textRow(task, seen, context)),
    observationSpace: textSpace(task.code.length),
    actions: rows.map(({ token }) => [token]),
    actionSpace: { kind: 'discrete', count: vocabularySize },
    rewards: rows.map(() => 0),
    terminated: rows.map((_, row) => row === rows.length - 1),
  });
}

/** What a language model observes: [K + context]. @param seen what follows the instruction */
export function textRow({ code }: Task, seen: readonly number[], context: number): number[] {
  return [...code, ...seen, ...Array<number>(context - seen.length).fill(NOTHING)];
}

/**
 * The sizes of what a language model observes and does.
 *
 * @param observationSize K + context
 */
export function textSpec(observationSize: number, context: number, vocabularySize: number): DatasetSpec {
  return {
    observationSize,
    observationSpace: textSpace(observationSize - context),
    actionSize: vocabularySize,
    actionSpace: { kind: 'discrete', count: vocabularySize },
  };
}

const textSpace = (instruction: number) =>
  ({ kind: 'vector', parts: { [INSTRUCTION]: { start: 0, end: instruction } } }) as const;

/** The tokens that observations [n, width] have in one of their rows. */
export function tokensOf(observations: Dataset['observations'], width: number, row: number): number[] {
  return Array.from(observations.subarray(row * width, (row + 1) * width)).filter((id) => id !== NOTHING);
}

const countTokens = (ids: readonly number[]) => ids.filter((id) => id !== NOTHING).length;

/**
 * Reads the examples of a demonstration back.
 *
 * @returns instructions are part of the prompts
 * @throws LamoError `not-a-text` where a row does not go on from the one before it, or an example does not end
 */
export function readExamples(
  { name, size, observations, observationSize, actions }: Dataset,
  endOfText: number,
): TokenExample[] {
  const examples: { prompt: number[]; completion: number[] }[] = [];
  for (let row = 0; row < size; row++) {
    const seen = tokensOf(observations, observationSize, row);
    const last = examples.at(-1);
    const isNew = last === undefined || last.completion.at(-1) === endOfText;
    if (isNew) examples.push({ prompt: seen, completion: [] });
    else if (seen.join() !== [...last.prompt, ...last.completion].join())
      throw refuse(
        'not-a-text',
        `Row ${row} of \`${name}\` does not go on from the one before it`,
        'its text and its token',
        seen.join(' '),
      );
    examples.at(-1)!.completion.push(actions[row]!);
  }
  const end = examples.at(-1)!.completion.at(-1);
  if (end === endOfText) return examples;
  throw refuse('not-a-text', `\`${name}\` does not end with an end of text`, String(endOfText), String(end));
}

/** The token that ends a text. @throws LamoError `no-end-of-text` */
export function endOfTextOf({ endOfText }: Pick<Tokenizer, 'endOfText'>): number {
  if (endOfText !== undefined) return endOfText;
  const problem = 'The tokenizer has no end of text';
  throw refuse('no-end-of-text', problem, 'a token that ends a completion', 'none');
}

function refuse(code: string, problem: string, expected: string, received: string): LamoError {
  return new LamoError({ where: WHERE, code, problem, expected, received });
}
