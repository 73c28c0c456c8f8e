import { type Completions, checkRewards, type Preferences } from '@lamo/data';
import { z } from 'zod';
import type { DataKind } from '../engine/data-kind';

/** What a language model that learns completions is built for. */
export interface CompletionsSpec {
  /** Tokens of the longest text that is read: of an example, or of a prompt that came next. */
  readonly length: number;
  /** Most tokens that an example may have: the positions of a new model. */
  readonly context: number;
  /** Tokens that the tokenizer knows. */
  readonly vocabularySize: number;
  /** The largest id in any example. */
  readonly largestToken: number;
}

/** What all kinds of examples have in common. */
type Examples = Pick<
  Completions,
  'examples' | 'length' | 'nextLength' | 'context' | 'vocabularySize' | 'largestToken' | 'warnings' | 'hash'
>;

/** Makes a kind of data of examples for a language model. @param what they are, for humans */
function examplesKind<Data extends Examples>(name: string, what: string): DataKind<Data, CompletionsSpec> {
  const spec = ({ length, nextLength, context, vocabularySize, largestToken }: Data) => ({
    length: Math.max(length, nextLength),
    context,
    vocabularySize,
    largestToken,
  });
  return {
    name,
    saved: z.looseObject({
      length: z.int().positive(),
      context: z.int().positive(),
      vocabularySize: z.int().positive(),
      largestToken: z.int().min(0),
    }),
    // Not by the name: that is a path, and files may be moved.
    identify: (data) => ({
      name: `${data.examples} ${what} of up to ${data.length} tokens`,
      hash: data.hash(),
    }),
    sizes: ({ length, context, vocabularySize }) => ({ length, context, vocabularySize }),
    spec,
    prepare: (data) => ({ data, spec: spec(data), warnings: data.warnings }),
  };
}

/** Tokenised prompts with their completions. */
export const completionsKind = examplesKind<Completions>('completions', 'examples');

/** Tokenised pairs of answers, of which one is better. */
export const preferencesKind = examplesKind<Preferences>('preferences', 'pairs');

/** Tokenised prompts with their completions, or dialogues, of which each has a reward. */
export const rewardedCompletionsKind: DataKind<Completions, CompletionsSpec> = {
  ...completionsKind,
  prepare(completions, config) {
    checkRewards(completions);
    return completionsKind.prepare(completions, config);
  },
};
