import { LamoError } from '@lamo/core';
import { messageTemplate } from './chat-template';
import type { ExampleRow, TextPart } from './example';
import type { ReadingOptions } from './read-example';
import { readMessages } from './read-messages';
import type { Fields } from './read-reward';
import { readText } from './read-text';

/** Names of the fields of a pair, and how messages become text. */
export interface PairReadingOptions extends Pick<ReadingOptions, 'promptField' | 'template'> {
  /** Field that holds the better answer. @default chosen */
  readonly chosenField?: string | undefined;
  /** Field that holds the worse one. @default rejected */
  readonly rejectedField?: string | undefined;
}

/** A line with two answers, each as an example of its own. */
export interface PairRow {
  /** The better one. */
  readonly chosen: ExampleRow;
  /** The worse one. */
  readonly rejected: ExampleRow;
}

/**
 * Reads a row: a prompt with two answers as texts; or two lists of messages, after those of the prompt if there are any.
 *
 * @throws LamoError `missing-field`, `empty-answer`, `equal-answers`, `bad-messages`
 */
export function readPair(place: string, row: Fields, options: PairReadingOptions): PairRow {
  const { promptField = 'prompt', chosenField = 'chosen', rejectedField = 'rejected' } = options;
  const asMessages = Array.isArray(row[chosenField]) || Array.isArray(row[rejectedField]);
  const read = (field: string): readonly TextPart[] => {
    if (asMessages) return messagesOf(place, row, field, options);
    const text = readText(place, row, field);
    if (text === '') throw emptyAnswer(place, field);
    return [
      { text: readText(place, row, promptField), isLearned: false },
      { text, isLearned: true },
    ];
  };
  const [chosen, rejected] = [read(chosenField), read(rejectedField)];
  if (JSON.stringify(chosen) === JSON.stringify(rejected))
    throw equalAnswers(place, chosenField, rejectedField);
  const whole = { place, isUnfinished: false };
  return { chosen: { ...whole, parts: chosen }, rejected: { ...whole, parts: rejected } };
}

/** What the prompt adds to an answer of messages: nothing to one that begins with what was asked, as many files repeat it. */
function before(given: unknown, said: readonly unknown[]): readonly unknown[] {
  if (Array.isArray(given)) {
    const isRepeated = JSON.stringify(said.slice(0, given.length)) === JSON.stringify(given);
    return isRepeated ? [] : given;
  }
  const isAnswerAlone = Object(said[0]).role === 'assistant';
  return isAnswerAlone && typeof given === 'string' && given !== '' ? [{ role: 'user', content: given }] : [];
}

/** What is said before the answer may be in the prompt, as messages or as what a user says, or in the answer itself. */
function messagesOf(
  place: string,
  row: Fields,
  field: string,
  { promptField = 'prompt', template }: PairReadingOptions,
): readonly TextPart[] {
  const given: unknown = Object.hasOwn(row, promptField) ? row[promptField] : undefined;
  const said: unknown = row[field];
  const messages = Array.isArray(said) ? [...before(given, said), ...(said as unknown[])] : said;
  const where = `\`${field}\` in ${place}`;
  return messageTemplate(template).render(where, readMessages(where, messages, undefined));
}

function emptyAnswer(place: string, field: string): LamoError {
  return new LamoError({
    where: 'data/preferences',
    code: 'empty-answer',
    problem: `The answer \`${field}\` in ${place} is empty`,
    expected: 'a text of at least one character',
    received: '""',
    hint: 'Leave the line out.',
  });
}

function equalAnswers(place: string, chosen: string, rejected: string): LamoError {
  return new LamoError({
    where: 'data/preferences',
    code: 'equal-answers',
    problem: `Both answers in ${place} are the same, so neither can be better`,
    expected: `\`${chosen}\` and \`${rejected}\` that differ`,
    received: 'the same text twice',
    hint: 'Leave the line out.',
  });
}
