import { LamoError } from '@lamo/core';
import { encodePrompt } from '../text/encode-prompt';
import type { Tokenizer } from '../text/tokenizer';
import type { ExampleRow, TextPart } from './example';
import { badReward } from './read-reward';

/** Tokens that are read, and those that are learned after them; either may be none. */
export interface EncodedTurn {
  readonly read: readonly number[];
  readonly learned: readonly number[];
  /** For each learned token. */
  readonly rewards: readonly number[];
}

/** An example as tokens. */
export interface EncodedExample {
  readonly turns: readonly EncodedTurn[];
  readonly isUnfinished: boolean;
  /** The prompt that came next; none if it is not known. */
  readonly next: readonly number[];
  /** Whether anything in it has a reward, be it 0. */
  readonly hasReward: boolean;
}

/**
 * Tokenises an example. What is read between two learned parts is tokenised as one text, as a prompt would be, and an end of text closes
 * each learned part, so that generation ends. Nothing to begin with is an end of text, as for `generateText`.
 *
 * @throws LamoError `no-end-of-text`, `token-out-of-range`, `bad-reward`
 */
export function encodeExample(row: ExampleRow, tokenizer: Tokenizer): EncodedExample {
  const { endOfText } = tokenizer;
  if (endOfText === undefined) throw noEndOfText();
  const turns: EncodedTurn[] = [];
  let text = '';
  const add = (learned: readonly number[], rewards: readonly number[]) => {
    const read = turns.length === 0 ? encodePrompt(tokenizer, text) : tokenizer.encode(text);
    turns.push({ read, learned, rewards });
    text = '';
  };
  for (const part of row.parts) {
    if (!part.isLearned) text += part.text;
    else {
      const learned = tokenizer.encode(part.text);
      if (learned.at(-1) !== endOfText) learned.push(endOfText);
      add(learned, spread(row.place, part.reward, learned.length));
    }
  }
  if (text !== '') add([], []);
  const next = row.next === undefined ? [] : encodePrompt(tokenizer, row.next);
  const ids = [...turns.flatMap(({ read, learned }) => [...read, ...learned]), ...next];
  checkIds(ids, tokenizer.vocabularySize, row.place);
  return {
    turns,
    isUnfinished: row.isUnfinished,
    next,
    hasReward: row.parts.some(({ reward }) => reward !== undefined),
  };
}

/** A reward for each token: that of all of them comes with the last. */
function spread(place: string, reward: TextPart['reward'], length: number): readonly number[] {
  if (typeof reward === 'object') {
    if (reward.length === length) return reward;
    const expected = `${length} rewards, one for each token of what is learned, the end of text among them`;
    throw badReward(place, 'rewards', expected, String(reward.length));
  }
  return new Array<number>(length).fill(0).with(-1, reward ?? 0);
}

function checkIds(ids: readonly number[], vocabularySize: number, place: string): void {
  const wrong = ids.find((id) => !(id >>> 0 === id && id < vocabularySize));
  if (wrong === undefined) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'token-out-of-range',
    problem: `The tokenizer gave an id that its vocabulary does not have, in ${place}`,
    expected: `a whole number below ${vocabularySize}`,
    received: String(wrong),
    hint: 'The tokenizer and its `vocabularySize` must belong together.',
  });
}

function noEndOfText(): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'no-end-of-text',
    problem: 'The tokenizer has no end-of-text token, so completions could not learn to end',
    expected: 'a tokenizer with an `endOfText`',
    received: 'one without',
    hint: 'Use the tokenizer that belongs to the model.',
  });
}
