import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { allocateBatch } from '../allocate-batch';
import { completionSampler } from './completion-sampler';
import { decisionSampler } from './decision-sampler';
import type { Dialogue, PromptAndCompletion } from './example';
import { completionsFromRows } from './open-completions';
import { tokenCompletions } from './token-completions';

/** One token per digit; 9 ends a text. */
const digits = {
  vocabularySize: 10,
  fingerprint: 'digits',
  endOfText: 9,
  encode: (text: string) => Array.from(text, Number),
  decode: (ids: ArrayLike<number>) => Array.from(ids).join(''),
};

/** 1 2 [3 9] 4 5 [6 7 9] 8, with rewards on both ends. */
const dialogue: Dialogue = {
  messages: [
    { role: 'user', content: '12' },
    { role: 'assistant', content: '3', reward: -1 },
    { role: 'user', content: '45' },
    { role: 'assistant', content: '67', reward: 8 },
    { role: 'user', content: '8' },
  ],
};

type Row = Dialogue | PromptAndCompletion;

const tokenise = (rows: readonly Row[]) =>
  tokenCompletions(completionsFromRows(rows), digits, { context: 16 });

async function draw(rows: readonly Row[], batchSize = 1, discount = 0.5) {
  const source = decisionSampler(await tokenise(rows), { batchSize, discount, rng: Rng.fromSeed(1) });
  const batch = allocateBatch(source);
  source.next(batch);
  return Object.fromEntries(Object.entries(batch).map(([name, all]) => [name, [...all!]]));
}

describe('decisionSampler', () => {
  it('lets the next action of a turn’s last token be the first one of the next turn, after all that is read', async () => {
    expect(await draw([dialogue])).toEqual({
      tokens: [1, 2, 3, 9, 4, 5, 6, 7, 9, 8],
      mask: [0, 0, 1, 1, 0, 0, 1, 1, 1, 0],
      rewards: [0, 0, 0, -1, 0, 0, 0, 0, 8, 0],
      // 9 was chosen at 2; then the next token is chosen at the 5 at place 5, which predicts 6.
      nextStates: [0, 0, 2, 5, 0, 0, 6, 7, -1, 0],
      // From the end: 8, 4, 2, then −1 + 1, and half of that.
      returns: [0, 0, 0, 0, 0, 0, 2, 4, 8, 0],
    });
  });

  it('goes on at the last token of what was cut, however far the row is filled up', async () => {
    const short = { messages: dialogue.messages.slice(0, 3), done: false };
    const { tokens, nextStates } = await draw([dialogue, short], 2);
    const row = tokens!.slice(6, 10).every((token) => token === 0) ? 0 : 10;
    expect(nextStates!.slice(row, row + 10)).toEqual([0, 0, 2, 5, 0, 0, 0, 0, 0, 0]);
  });

  it('goes on at the end of the prompt that came next, a text of its own behind the row', async () => {
    const rows = [{ prompt: '1', completion: '23', reward: 4, next: '567' }, dialogue];
    const { tokens, nextTokens, nextStates, returns } = await draw(rows, 2);
    const [row, nextRow] = tokens![2] === 3 ? [0, 0] : [10, 3];
    expect(nextTokens!.slice(nextRow, nextRow + 3)).toEqual([5, 6, 7]);
    expect(nextTokens!.slice(3 - nextRow, 6 - nextRow)).toEqual([0, 0, 0]);
    // 9, the end of text, is chosen at the 3; then 7, at place 2 of what came next, chooses.
    expect(nextStates!.slice(row, row + 10)).toEqual([0, 1, 2, 10 + 2, 0, 0, 0, 0, 0, 0]);
    expect(nextStates![10 - row + 8]).toBe(-1);
    expect(returns!.slice(row, row + 4)).toEqual([0, 1, 2, 4]);
  });

  it('draws the examples that are drawn without rewards, in the same order', async () => {
    const rows = Array.from({ length: 7 }, (_, i) => ({
      ...dialogue,
      messages: dialogue.messages.slice(0, 2 + 2 * (i % 2)),
    }));
    const completions = await tokenise(rows);
    const plain = completionSampler(completions, { batchSize: 3, rng: Rng.fromSeed(2) });
    const decisions = decisionSampler(completions, { batchSize: 3, discount: 1, rng: Rng.fromSeed(2) });
    const [a, b] = [allocateBatch(plain), allocateBatch(decisions)];
    for (let i = 0; i < 5; i++) {
      plain.next(a);
      decisions.next(b);
      expect([b.tokens, b.mask]).toEqual([a.tokens, a.mask]);
    }
    expect(decisions.state()).toEqual(plain.state());
  });

  it('refuses examples without rewards', async () => {
    const rows: Dialogue[] = [dialogue, { messages: [{ role: 'assistant', content: '1' }] }];
    const completions = await tokenise(rows);
    expect(() => decisionSampler(completions, { batchSize: 1, discount: 1, rng: Rng.fromSeed(0) })).toThrow(
      /none in row 2 of completions/,
    );
  });
});
