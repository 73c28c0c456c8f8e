import { LamoError } from '@lamo/core';
import type { LoadedGpt2 } from './load-gpt2';

/** Checks that a model can continue a prompt. @throws LamoError `empty-prompt`, `token-out-of-range` */
export function checkPrompt({ config }: LoadedGpt2, ids: ArrayLike<number>, name = 'The prompt'): void {
  if (ids.length === 0) {
    throw new LamoError({
      where: 'models/generate',
      code: 'empty-prompt',
      problem: 'There is nothing to continue',
      expected: 'at least one token',
      received: 'an empty prompt, and a tokenizer without an end-of-text token to start from',
      hint: 'Give a prompt; for a model of drawn states, the number of one, such as 0.',
    });
  }
  const wrong = Array.from(ids).find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabSize));
  if (wrong === undefined) return;
  throw new LamoError({
    where: 'models/generate',
    code: 'token-out-of-range',
    problem: `${name} contains a token that is not in the model's vocabulary`,
    expected: `ids from 0 to ${config.vocabSize - 1}`,
    received: String(wrong),
    hint: 'Use the tokenizer that the model was trained with.',
  });
}

/** Numbers that say how much is generated, and how. */
export interface GenerationNumbers {
  readonly tokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly samples?: number;
  readonly batchSize?: number;
}

const isCount = (value: number) => Number.isInteger(value) && value >= 1;
const COUNT = [isCount, 'a whole number of at least 1'] as const;

const RULES: Readonly<Record<keyof GenerationNumbers, readonly [(value: number) => boolean, string]>> = {
  tokens: COUNT,
  temperature: [(value) => value >= 0 && value < Infinity, 'a number of at least 0'],
  topK: COUNT,
  topP: [(value) => value > 0 && value <= 1, 'a number above 0, at most 1'],
  samples: COUNT,
  batchSize: COUNT,
};

/** Checks the numbers of a generation. @throws LamoError `out-of-range` */
export function checkGeneration(numbers: GenerationNumbers): void {
  for (const [name, value] of Object.entries(numbers) as [keyof GenerationNumbers, number][]) {
    const [isValid, expected] = RULES[name];
    if (isValid(value)) continue;
    throw new LamoError({
      where: 'models/generate',
      code: 'out-of-range',
      problem: `\`${name}\` is out of range`,
      expected,
      received: String(value),
    });
  }
}
