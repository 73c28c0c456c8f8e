import { createHash } from 'node:crypto';
import { checkCount, type DatasetWarning, LamoError } from '@lamo/core';
import type { Tokenizer } from '../text/tokenizer';
import type { Completions } from './completions';
import { type EncodedExample, encodeExample } from './encode-example';
import type { ExampleRow } from './example';
import type { CompletionSource } from './open-completions';
import { keyOfExample, packedCompletions } from './packed-completions';
import { TokenPacker } from './token-packer';

/** What is done with examples that are longer than the context. */
export type TooLong = 'refuse' | 'cut-prompt' | 'leave-out';

/** Options of {@link tokenCompletions}. */
export interface TokenCompletionsOptions {
  /** Tokens that an example may have, with the end of text: not more than the model has positions. */
  readonly context: number;
  /**
   * What is done with longer examples: refuse them, cut the beginning of the prompt (the completion stays whole, and if it leaves no
   * room for one token of the prompt the example is refused), or leave them out. The last two are told as warnings.
   * @default 'refuse'
   */
  readonly tooLong?: TooLong;
  /**
   * Examples that a model learns from which these are to measure. Those of these that it learns, too, are told as a warning.
   * @default none
   */
  readonly learned?: Completions;
  /** Called every 1000 examples. */
  readonly onProgress?: (done: { readonly rows: number; readonly tokens: number }) => void;
}

/**
 * Tokenises prompts and completions, or the turns of dialogues. Each is tokenised apart, so that a prompt has the tokens that generation begins
 * with; an end of text follows each completion, so that generation ends. An empty prompt is an end of text, as for `generateText`.
 * Memory holds the tokens, four bytes each, as much again for rewards if there are any, and no text.
 *
 * @throws LamoError `no-examples`, `no-end-of-text`, `example-too-long`, `token-out-of-range`, `bad-reward`, and what the source throws
 * @example
 * const completions = await tokenCompletions(openCompletions('answers.jsonl'), tokenizer, { context: 1024 });
 */
export async function tokenCompletions(
  source: CompletionSource,
  tokenizer: Tokenizer,
  { context, tooLong = 'refuse', learned, onProgress }: TokenCompletionsOptions,
): Promise<Completions> {
  checkCount('data/completions', 'context', context);
  const packer = new TokenPacker();
  const seen = new Set<string>();
  const long: LongExamples = { cut: 0, leftOut: 0, first: '' };
  const known: KnownExamples = { keys: keysOf(learned), count: 0, first: '' };
  let [rows, repeats] = [0, 0];
  let withoutReward: string | undefined;
  for await (const row of source.rows()) {
    rows++;
    const example = fit(encodeExample(row, tokenizer), row, { context, tooLong }, long);
    if (rows % 1000 === 0) onProgress?.({ rows, tokens: packer.tokens });
    if (example === undefined) continue;
    packer.add(example);
    if (!example.hasReward) withoutReward ??= row.place;
    recognise(example, row, known);
    const key = createHash('sha1')
      .update(JSON.stringify([row.parts, ...(row.next === undefined ? [] : [row.next])]))
      .digest('base64');
    if (seen.has(key)) repeats++;
    seen.add(key);
  }
  if (packer.examples === 0) throw noExamples(source, rows);
  return packedCompletions(packer.pack(), {
    name: source.name,
    length: packer.longest,
    nextLength: packer.longestNext,
    context,
    vocabularySize: tokenizer.vocabularySize,
    largestToken: packer.largestToken,
    withoutReward,
    warnings: [
      ...warningsOf(source.name, rows, repeats, long, context),
      ...warningsOfKnown(source.name, packer.examples, known, learned),
    ],
  });
}

interface LongExamples {
  cut: number;
  leftOut: number;
  /** Where the first of them stands. */
  first: string;
}

interface KnownExamples {
  /** Of the examples that are learned. */
  readonly keys: ReadonlySet<string>;
  count: number;
  /** Where the first of them stands. */
  first: string;
}

/** Undefined if the example is left out. */
function fit(
  example: EncodedExample,
  { place }: ExampleRow,
  { context, tooLong }: Required<Pick<TokenCompletionsOptions, 'context' | 'tooLong'>>,
  long: LongExamples,
): EncodedExample | undefined {
  const [first, ...others] = example.turns as [EncodedExample['turns'][number], ...EncodedExample['turns']];
  const prompt = first.read.length;
  const rest = others.reduce(
    (sum, { read, learned }) => sum + read.length + learned.length,
    first.learned.length,
  );
  const room = context - rest;
  const { next } = example;
  if (prompt <= room && next.length <= context) return example;
  if (tooLong === 'refuse' && prompt <= room) throw nextTooLong(place, next.length, context);
  if (tooLong === 'refuse' || (tooLong === 'cut-prompt' && room < 1))
    throw exampleTooLong(place, prompt, rest, context);
  long.first ||= place;
  if (tooLong === 'leave-out') {
    long.leftOut++;
    return undefined;
  }
  long.cut++;
  return {
    ...example,
    turns: [{ ...first, read: first.read.slice(-room) }, ...others],
    next: next.slice(-context),
  };
}

function keysOf(learned: Completions | undefined): Set<string> {
  return new Set(Array.from({ length: learned?.examples ?? 0 }, (_, i) => learned!.key(i)));
}

/** Counts an example that is learned. */
function recognise(example: EncodedExample, { place }: ExampleRow, known: KnownExamples): void {
  if (known.keys.size === 0) return;
  if (!known.keys.has(keyOfExample(example))) return;
  known.first ||= place;
  known.count++;
}

function warningsOfKnown(
  name: string,
  examples: number,
  { count, first }: KnownExamples,
  learned: Completions | undefined,
): DatasetWarning[] {
  if (count === 0) return [];
  return [
    {
      code: 'measured-on-learned',
      message: `${count} of ${examples} held-out examples of ${name} are also among those that are learned from, of ${learned!.name}; the first is in ${first}. What is measured on them says little about new examples: remove them from one side.`,
    },
  ];
}

function warningsOf(
  name: string,
  rows: number,
  repeats: number,
  { cut, leftOut, first }: LongExamples,
  context: number,
): DatasetWarning[] {
  const warnings: DatasetWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const longer = `of ${rows} examples of ${name} are longer than ${context} tokens, the first in ${first}`;
  if (cut > 0) warn('prompts-cut', `${cut} ${longer}: the beginning of their prompts is cut off.`);
  if (leftOut > 0) warn('examples-left-out', `${leftOut} ${longer}: they are left out.`);
  if (repeats > 0)
    warn(
      'repeated-examples',
      `${repeats} of ${rows} examples of ${name} have the same prompt and completion as an earlier one, and are learned as often. If that is not intended, remove them.`,
    );
  return warnings;
}

function exampleTooLong(place: string, prompt: number, completion: number, context: number): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'example-too-long',
    problem: `The example in ${place} has too many tokens`,
    expected: `at most ${context}, prompt, completion and end of text together`,
    received: `${prompt + completion}: ${prompt} of the prompt, ${completion} of the completion`,
    hint: 'Choose with `tooLong` what is done with such examples: `cut-prompt` cuts the beginning of the prompt if the completion, or all turns after the prompt, fit, `leave-out` leaves the example out. Or use a model with more positions.',
  });
}

function nextTooLong(place: string, length: number, context: number): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'example-too-long',
    problem: `The prompt that came next, in ${place}, has too many tokens`,
    expected: `at most ${context}`,
    received: String(length),
    hint: 'Choose with `tooLong` what is done with such examples: `cut-prompt` cuts its beginning, `leave-out` leaves the example out. Or use a model with more positions.',
  });
}

function noExamples(source: CompletionSource, rows: number): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'no-examples',
    problem: `There is nothing to learn from in ${source.name}`,
    expected: 'at least one prompt with its completion',
    received: rows === 0 ? 'no lines' : `${rows} examples, all of them longer than the context`,
  });
}
