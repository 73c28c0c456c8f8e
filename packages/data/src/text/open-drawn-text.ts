import { existsSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { type DrawnText, independentTokens, type MarkovChainOptions, markovChain } from './markov-chain';

type Kind = { readonly options: readonly string[]; open(options: MarkovChainOptions): DrawnText };

const COMMON = ['states', 'tokens', 'seed'];

/** Names of the texts that are drawn, without options. */
export const DRAWN_TEXTS = ['markov-chain', 'independent-tokens'] as const;

const KINDS: Readonly<Record<(typeof DRAWN_TEXTS)[number], Kind>> = {
  'markov-chain': { options: ['memory', 'temperature', ...COMMON], open: markovChain },
  'independent-tokens': { options: COMMON, open: independentTokens },
};

/**
 * Opens a text that is drawn at random by its name: `markov-chain`, `independent-tokens`, or one of these with options, such as
 * `markov-chain:states=1000,memory=2`. A file or folder of that name comes first.
 *
 * @returns undefined for any other name
 * @throws LamoError `invalid-options`, `out-of-range`
 */
export function openDrawnText(name: string): DrawnText | undefined {
  const [kind, ...rest] = name.split(':');
  if (!Object.hasOwn(KINDS, kind!) || existsSync(name)) return undefined;
  const { options, open } = KINDS[kind as keyof typeof KINDS];
  return open(readOptions(name, rest.join(':'), options));
}

function readOptions(name: string, text: string, known: readonly string[]): MarkovChainOptions {
  const parts = text === '' ? [] : text.split(',');
  const read = parts.map((part, i) => {
    const [option, value = '', ...rest] = part.split('=');
    const isFirst = parts.findIndex((other) => other.split('=')[0] === option) === i;
    const isWhole = rest.length === 0 && value.trim() !== '';
    if (!known.includes(option!) || !isFirst || !isWhole) throw invalid(name, part, known);
    return [option, Number(value)];
  });
  return Object.fromEntries(read);
}

function invalid(name: string, part: string, known: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'invalid-options',
    problem: `${name} is not a text that can be drawn`,
    expected: `options such as states=100, separated by commas, each once: ${known.join(', ')}`,
    received: part,
  });
}
