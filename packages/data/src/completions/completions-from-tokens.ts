import { checkCount, LamoError } from '@lamo/core';
import type { Completions } from './completions';
import { packedCompletions } from './packed-completions';
import { TokenPacker } from './token-packer';

/** A prompt and its completion as tokens. */
export interface TokenExample {
  /** What is read, one token at least. */
  readonly prompt: readonly number[];
  /** What is learned, one token at least; the one that ends it too. */
  readonly completion: readonly number[];
}

/** What examples are for. */
export interface CompletionsFromTokensOptions {
  /** Name for humans. @default 'completions' */
  readonly name?: string;
  /** Tokens that an example may have. */
  readonly context: number;
  /** Tokens that there are: ids lie below it. */
  readonly vocabularySize: number;
}

/**
 * Makes completions of tokens: of examples whose text was tokenised somewhere else. Nothing is added to them.
 *
 * @throws LamoError `no-examples`, `empty-completion`, `example-too-long`, `token-out-of-range`, `out-of-range`
 * @example
 * const completions = completionsFromTokens([{ prompt: [5, 7], completion: [7, 5, 0] }], { context: 8, vocabularySize: 10 });
 */
export function completionsFromTokens(
  examples: readonly TokenExample[],
  { name = 'completions', context, vocabularySize }: CompletionsFromTokensOptions,
): Completions {
  checkCount('data/completions', 'context', context);
  if (examples.length === 0)
    throw refuse('no-examples', `There is nothing to learn from in ${name}`, 'at least one example', 'none');
  const packer = new TokenPacker();
  for (const [i, { prompt, completion }] of examples.entries()) {
    checkExample(`example ${i + 1} of ${name}`, { prompt, completion }, { context, vocabularySize });
    const turn = { read: prompt, learned: completion, rewards: completion.map(() => 0) };
    packer.add({ turns: [turn], isUnfinished: false, next: [], hasReward: false });
  }
  return packedCompletions(packer.pack(), {
    ...{ name, length: packer.longest, nextLength: 0, context, vocabularySize },
    ...{ largestToken: packer.largestToken, withoutReward: `example 1 of ${name}`, warnings: [] },
  });
}

function checkExample(
  place: string,
  { prompt, completion }: TokenExample,
  { context, vocabularySize }: Pick<CompletionsFromTokensOptions, 'context' | 'vocabularySize'>,
): void {
  const none = prompt.length === 0 ? 'prompt' : completion.length === 0 ? 'completion' : undefined;
  if (none !== undefined)
    throw refuse('empty-completion', `The ${none} of ${place} has no tokens`, 'at least one', 'none');
  const length = prompt.length + completion.length;
  if (length > context)
    throw refuse(
      'example-too-long',
      `There are too many tokens in ${place}`,
      `at most ${context}`,
      String(length),
    );
  const wrong = [...prompt, ...completion].find(
    (id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize),
  );
  if (wrong === undefined) return;
  const problem = `Token ${wrong} in ${place} does not exist`;
  throw refuse('token-out-of-range', problem, `whole numbers from 0 to ${vocabularySize - 1}`, String(wrong));
}

function refuse(code: string, problem: string, expected: string, received: string): LamoError {
  return new LamoError({ where: 'data/completions', code, problem, expected, received });
}
