import { LamoError } from '@lamo/core';
import { type ChatTemplate, messageTemplate } from './chat-template';
import type { ExampleRow, Message, TextPart } from './example';
import type { MessageTemplate } from './message-template';
import { readMessages } from './read-messages';
import { badReward, type Fields, readReward } from './read-reward';
import { readText } from './read-text';

/** Names of fields, and how messages become text. */
export interface ReadingOptions {
  /** Field that holds the prompt. @default prompt */
  readonly promptField?: string | undefined;
  /** Field that holds the completion. @default completion */
  readonly completionField?: string | undefined;
  /** Field that holds a reward, or a list of one for each token, of a row or of a message. @default reward, or rewards for a list */
  readonly rewardField?: string | undefined;
  /** How messages become text; `loadChatTemplate` loads that of a tokenizer. @default plain */
  readonly template?: ChatTemplate | MessageTemplate | undefined;
}

/**
 * Reads a row: a prompt with its completion, or if it has no completion, messages.
 *
 * @throws LamoError `missing-field`, `empty-completion`, `bad-messages`, `bad-reward`, `bad-next`, `bad-done`
 */
export function readExample(place: string, row: Fields, options: ReadingOptions): ExampleRow {
  const { promptField = 'prompt', completionField = 'completion' } = options;
  const next = readNext(place, row);
  const isUnfinished = !readDone(place, row, next === undefined);
  const reward = readReward(place, row, options.rewardField);
  if (hasMessages(row, options)) {
    if (next !== undefined) throw badNext(place, 'none beside messages', show(next));
    const messages = readMessages(place, row.messages, options.rewardField);
    const parts = messageTemplate(options.template).render(place, withReward(place, messages, reward));
    return { place, parts, isUnfinished };
  }
  const prompt = readText(place, row, promptField);
  const text = readText(place, row, completionField);
  if (text === '') throw emptyCompletion(place, completionField);
  const completion: TextPart = { text, isLearned: true, ...(reward !== undefined && { reward }) };
  const parts = [{ text: prompt, isLearned: false }, completion];
  return { place, parts, isUnfinished, ...(next !== undefined && { next }) };
}

/** Tells whether a row is a dialogue: it has messages, and no completion. Some files repeat what is asked as a prompt. */
export function hasMessages(row: Fields, { completionField = 'completion' }: ReadingOptions): boolean {
  return Object.hasOwn(row, 'messages') && !Object.hasOwn(row, completionField);
}

/** Gives the reward of a whole dialogue to the assistant's last message. */
function withReward(
  place: string,
  messages: readonly Message[],
  reward: number | readonly number[] | undefined,
): readonly Message[] {
  if (reward === undefined) return messages;
  const refuse = (expected: string, received: string) => badReward(place, 'reward', expected, received);
  if (typeof reward !== 'number') throw refuse('a number for the whole dialogue', 'a list');
  if (messages.some((message) => message.reward !== undefined))
    throw refuse('a reward of the dialogue, or rewards of its messages', 'both');
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.with(last, { ...messages[last]!, reward });
}

/** The prompt that came next, undefined for none. */
function readNext(place: string, { next, done }: Fields): string | undefined {
  if (next === undefined || next === null) return undefined;
  if (typeof next !== 'string') throw badNext(place, 'a text, or null for none', show(next));
  if (done === true) throw badNext(place, 'none where the text is `"done": true`', show(next));
  return next;
}

function readDone(place: string, { done }: Fields, otherwise: boolean): boolean {
  if (done === undefined || done === null) return otherwise;
  if (typeof done === 'boolean') return done;
  throw new LamoError({
    where: 'data/completions',
    code: 'bad-done',
    problem: `The field \`done\` of ${place} does not say whether the text was cut before its end`,
    expected: 'true, or false for what would have gone on',
    received: show(done),
  });
}

const show = (value: unknown) => JSON.stringify(value).slice(0, 60);

function badNext(place: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'bad-next',
    problem: `The field \`next\` of ${place} is not the prompt that came next`,
    expected,
    received,
    hint: 'It stands beside a prompt and its completion. Messages that were cut say `"done": false`, and end with what came next.',
  });
}

function emptyCompletion(place: string, field: string): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'empty-completion',
    problem: `The completion in ${place} is empty`,
    expected: `a string \`${field}\` of at least one character`,
    received: '""',
    hint: 'Leave the line out: a model that is to say nothing would only learn to stop.',
  });
}
