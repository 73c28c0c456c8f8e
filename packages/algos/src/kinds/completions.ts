import { type Completions, checkRewards } from '@lamo/data';
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

/** Tokenised prompts with their completions. */
export const completionsKind: DataKind<Completions, CompletionsSpec> = {
  name: 'completions',
  saved: z.looseObject({
    length: z.int().positive(),
    context: z.int().positive(),
    vocabularySize: z.int().positive(),
    largestToken: z.int().min(0),
  }),
  // Not by the name: that is a path, and files may be moved.
  identify: (completions) => ({
    name: `${completions.examples} examples of up to ${completions.length} tokens`,
    hash: completions.hash(),
  }),
  sizes: ({ length, context, vocabularySize }) => ({ length, context, vocabularySize }),
  spec: ({ length, nextLength, context, vocabularySize, largestToken }) => ({
    length: Math.max(length, nextLength),
    context,
    vocabularySize,
    largestToken,
  }),
  prepare: (completions, config) => ({
    data: completions,
    spec: completionsKind.spec(completions, config),
    warnings: completions.warnings,
  }),
};

/** Tokenised prompts with their completions, or dialogues, of which each has a reward. */
export const rewardedCompletionsKind: DataKind<Completions, CompletionsSpec> = {
  ...completionsKind,
  prepare(completions, config) {
    checkRewards(completions);
    return completionsKind.prepare(completions, config);
  },
};
