import { createHash } from 'node:crypto';
import { checkCount, type DatasetWarning, LamoError } from '@lamo/core';
import type { Tokenizer } from '../text/tokenizer';
import type { Completions } from './completions';
import { type EncodedExample, encodeExample } from './encode-example';
import type { ExampleRow } from './example';
import { keyOfExample, packedCompletions } from './packed-completions';
import { TokenPacker } from './token-packer';

/** What is done with examples that are longer than the context. */
export type TooLong = 'refuse' | 'cut-prompt' | 'leave-out';

/** How examples are tokenised, and what is told on the way. */
export interface PackOptions {
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
  readonly learned?: Pick<Completions, 'name' | 'examples' | 'key'>;
  /** Called every 1000 examples. */
  readonly onProgress?: (done: { readonly rows: number; readonly tokens: number }) => void;
}

/** Names examples that belong together by their keys. */
export const keyTogether = (keys: readonly string[]) => keys.join(' ');

/**
 * Tokenises examples of which some belong together: all of these are kept, or none.
 *
 * @param together single examples, or those of a line that belong together, which go on from the same prompt
 * @returns all of them, one after the other
 */
export async function packExamples(
  together: AsyncIterable<readonly ExampleRow[]>,
  name: string,
  tokenizer: Tokenizer,
  { context, tooLong = 'refuse', learned, onProgress }: PackOptions,
): Promise<Completions> {
  checkCount('data/completions', 'context', context);
  const packer = new TokenPacker();
  const seen = new Set<string>();
  const long = { examples: new LongTexts(), nexts: new LongTexts() };
  const known: KnownExamples = { keys: keysOf(learned), count: 0, first: '' };
  let [rows, kept, repeats] = [0, 0, 0];
  let withoutReward: string | undefined;
  for await (const group of together) {
    rows++;
    const row = group[0]!;
    const encoded = group.map((each) => encodeExample(each, tokenizer));
    const examples = fit(encoded, row, { context, tooLong }, long);
    if (rows % 1000 === 0) onProgress?.({ rows, tokens: packer.tokens });
    if (examples === undefined) continue;
    kept++;
    for (const example of examples) packer.add(example);
    if (examples.some(({ hasReward }) => !hasReward)) withoutReward ??= row.place;
    recognise(examples, row, known);
    const key = createHash('sha1')
      .update(JSON.stringify(group.map(({ parts, next }) => [parts, ...(next === undefined ? [] : [next])])))
      .digest('base64');
    if (seen.has(key)) repeats++;
    seen.add(key);
  }
  if (kept === 0) throw noExamples(name, rows);
  return packedCompletions(packer.pack(), {
    name,
    length: packer.longest,
    nextLength: packer.longestNext,
    context,
    vocabularySize: tokenizer.vocabularySize,
    largestToken: packer.largestToken,
    withoutReward,
    warnings: [
      ...warningsOf(name, rows, repeats, long, context),
      ...warningsOfKnown(name, kept, known, learned),
    ],
  });
}

/** Counts texts that are too long. */
class LongTexts {
  cut = 0;
  leftOut = 0;
  /** Where the first of them stands. */
  first = '';

  add(place: string, tooLong: TooLong): void {
    this.first ||= place;
    if (tooLong === 'leave-out') this.leftOut++;
    else this.cut++;
  }
}

/** Examples that are too long, and those of which only the prompt is that came next. */
type LongExamples = Readonly<Record<'examples' | 'nexts', LongTexts>>;

interface KnownExamples {
  /** Of the examples that are learned. */
  readonly keys: ReadonlySet<string>;
  count: number;
  /** Where the first of them stands. */
  first: string;
}

/** Cuts the prompt of all alike, so that they go on from the same text; undefined if they are left out. */
function fit(
  together: readonly EncodedExample[],
  { place }: ExampleRow,
  { context, tooLong }: Required<Pick<PackOptions, 'context' | 'tooLong'>>,
  long: LongExamples,
): readonly EncodedExample[] | undefined {
  const sizes = together.map(({ turns: [first, ...others] }) => ({
    prompt: first!.read.length,
    rest: others.reduce(
      (sum, { read, learned }) => sum + read.length + learned.length,
      first!.learned.length,
    ),
  }));
  const longest = sizes.reduce((most, size) =>
    size.prompt + size.rest > most.prompt + most.rest ? size : most,
  );
  const fits = longest.prompt + longest.rest <= context;
  const next = Math.max(...together.map((example) => example.next.length));
  if (fits && next <= context) return together;
  if (tooLong === 'refuse' && fits) throw nextTooLong(place, next, context);
  const room = context - Math.max(...sizes.map(({ rest }) => rest));
  if (tooLong === 'refuse' || (tooLong === 'cut-prompt' && room < 1))
    throw exampleTooLong(place, longest.prompt, longest.rest, context);
  (fits ? long.nexts : long.examples).add(place, tooLong);
  if (tooLong === 'leave-out') return undefined;
  return together.map(({ turns: [first, ...others], ...example }) => ({
    ...example,
    turns: [{ ...first!, read: first!.read.slice(-room) }, ...others],
    next: example.next.slice(-context),
  }));
}

function keysOf(learned: PackOptions['learned']): Set<string> {
  return new Set(Array.from({ length: learned?.examples ?? 0 }, (_, i) => learned!.key(i)));
}

/** Counts examples that are learned. */
function recognise(together: readonly EncodedExample[], { place }: ExampleRow, known: KnownExamples): void {
  if (known.keys.size === 0) return;
  if (!known.keys.has(keyTogether(together.map(keyOfExample)))) return;
  known.first ||= place;
  known.count++;
}

function warningsOfKnown(
  name: string,
  examples: number,
  { count, first }: KnownExamples,
  learned: PackOptions['learned'],
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
  { examples, nexts }: LongExamples,
  context: number,
): DatasetWarning[] {
  const warnings: DatasetWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const tell = ({ cut, leftOut, first }: LongTexts, have: string, whose: string) => {
    const longer = `of ${rows} examples of ${name} ${have} longer than ${context} tokens, the first in ${first}`;
    if (cut > 0) warn('prompts-cut', `${cut} ${longer}: the beginning of ${whose} is cut off.`);
    if (leftOut > 0) warn('examples-left-out', `${leftOut} ${longer}: they are left out.`);
  };
  tell(examples, 'are', 'their prompts');
  tell(nexts, 'are followed by a prompt', 'that prompt');
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

function noExamples(name: string, rows: number): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'no-examples',
    problem: `There is nothing to learn from in ${name}`,
    expected: 'at least one prompt with its completion',
    received: rows === 0 ? 'no lines' : `${rows} examples, all of them longer than the context`,
  });
}
