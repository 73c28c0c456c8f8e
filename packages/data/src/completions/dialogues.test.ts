import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ascii } from '../../../../test/plain-tokenizers';
import type { Completions } from './completions';
import type { Dialogue, PromptAndCompletion } from './example';
import { completionsFromRows, type OpenCompletionsOptions, openCompletions } from './open-completions';
import { type TokenCompletionsOptions, tokenCompletions } from './token-completions';
import { topCompletions } from './top-completions';

const folder = mkdtempSync(join(tmpdir(), 'lamo-dialogues-'));
afterAll(() => rmSync(folder, { recursive: true }));

const user = (content: string) => ({ role: 'user', content }) as const;
const assistant = (content: string, reward?: number | number[]) =>
  ({ role: 'assistant', content, ...(reward !== undefined && { reward }) }) as const;

type Options = Partial<TokenCompletionsOptions> & Pick<OpenCompletionsOptions, 'template'>;

const tokenise = (
  rows: readonly (PromptAndCompletion | Dialogue)[],
  { template, ...options }: Options = {},
) =>
  tokenCompletions(completionsFromRows(rows, 'rows', { ...(template && { template }) }), ascii, {
    context: 200,
    ...options,
  });

/** The text of an example with learned tokens in brackets, an end of text as ".", and rewards that are not 0. */
function show(completions: Completions, example = 0) {
  const { length } = completions;
  const array = () => new Float32Array(length).fill(7);
  const [tokens, mask, rewards] = [array(), array(), array()];
  completions.read(example, { tokens, mask, rewards });
  const { prompt, completion } = completions.count(example);
  const text = Array.from(tokens.subarray(0, prompt + completion), (token, i) => {
    const letter = token === 0 ? '.' : String.fromCharCode(token);
    return mask[i] === 1 ? `[${letter}]` : letter;
  });
  return { text: text.join('').replaceAll('][', ''), rewards: [...rewards].slice(0, prompt + completion) };
}

describe('dialogues', () => {
  it('learn what the assistant says, each time closed by an end of text, and read the rest', async () => {
    const messages = [user('ab'), assistant('c'), user('d'), user('e'), assistant('fg')];
    const completions = await tokenise([{ messages }]);
    expect(show(completions).text).toBe('ab[c.]de[fg.]');
    expect(completions.count(0)).toEqual({ prompt: 4, completion: 5 });
  });

  it('are prompts with completions if they have one turn', async () => {
    const one = await tokenise([{ messages: [user('ab'), assistant('c')] }, { messages: [assistant('d')] }]);
    const other = await tokenise([
      { prompt: 'ab', completion: 'c' },
      { prompt: '', completion: 'd' },
    ]);
    expect(one.hash()).toBe(other.hash());
  });

  it('are read where a prompt is repeated beside them, and no completion', async () => {
    const messages = [user('ab'), assistant('c')];
    const completions = await tokenise([{ prompt: 'ab', messages } as Dialogue]);
    expect(show(completions).text).toBe('ab[c.]');
  });

  it('learn messages of the assistant that follow one another, and read what follows the last', async () => {
    const messages = [user('a'), assistant('b'), assistant('c'), user('d')];
    expect(show(await tokenise([{ messages }])).text).toBe('a[b.c.]d');
  });

  it('name roles in ChatML, and the end of text stands for the end of the assistant’s turn', async () => {
    const messages = [{ role: 'system', content: 'x' } as const, user('ab'), assistant('c'), user('d')];
    expect(show(await tokenise([{ messages }], { template: 'chatml' })).text).toBe(
      '<|im_start|>system\nx<|im_end|>\n<|im_start|>user\nab<|im_end|>\n<|im_start|>assistant\n[c.]' +
        '\n<|im_start|>user\nd<|im_end|>',
    );
    expect(() => completionsFromRows([], 'rows', { template: 'llama' as 'plain' })).toThrow(/plain, chatml/);
  });

  it('are other data if anything about their turns differs', async () => {
    const [a, b] = [user('a'), assistant('b')];
    const hashes = await Promise.all(
      [
        { messages: [a, b, a, b] },
        { messages: [a, b, a, b], done: false },
        { messages: [a, b, a, assistant('b', 1)] },
        { messages: [a, assistant('b', 1), a, b] },
        // The same tokens, of which others are learned.
        { messages: [a, b, assistant('ab')] },
        { messages: [a, assistant('b\0ab')] },
      ].map(async (row) => (await tokenise([row])).hash()),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
    const texts = await tokenise([{ messages: [a, b, assistant('ab')] }, { messages: [a, b, a, b] }]);
    expect(texts.key(0)).not.toBe(texts.key(1));
  });

  it('are cut at the beginning of what is read first, and their rewards with them', async () => {
    const rows = [{ messages: [user('abcd'), assistant('e', 2), user('f'), assistant('g', 3)] }];
    const completions = await tokenise(rows, { context: 7, tooLong: 'cut-prompt' });
    expect(show(completions)).toEqual({ text: 'cd[e.]f[g.]', rewards: [0, 0, 0, 2, 0, 0, 3] });
  });
});

describe('rewards', () => {
  it('come with the token that ends a completion, or each with its own', async () => {
    const completions = await tokenise([
      { prompt: 'ab', completion: 'cd', reward: -1.5 },
      { prompt: 'a', completion: 'bc', reward: [1, 0, 2] },
      { messages: [user('a'), assistant('b', 4), user('c'), assistant('d')] },
      { messages: [user('a'), assistant('b'), user('c'), assistant('d'), user('e')], reward: 5 },
    ]);
    expect([0, 1, 2, 3].map((i) => show(completions, i).rewards)).toEqual([
      [0, 0, 0, 0, -1.5],
      [0, 1, 0, 2],
      [0, 0, 4, 0, 0, 0],
      [0, 0, 0, 0, 0, 5, 0],
    ]);
    expect([0, 1, 2, 3].map((i) => completions.reward(i))).toEqual([-1.5, 3, 4, 5]);
    expect(completions.withoutReward).toBeUndefined();
  });

  it('may begin late, and are 0 where there are none', async () => {
    const completions = await tokenise([
      { prompt: 'a', completion: 'b' },
      { prompt: 'a', completion: 'c', reward: 1 },
    ]);
    expect([0, 1].map((i) => show(completions, i).rewards)).toEqual([
      [0, 0, 0],
      [0, 0, 1],
    ]);
    expect(completions.withoutReward).toBe('row 1 of rows');
  });

  it('choose the best examples, in their order', async () => {
    const rows = [1, 5, 3, 5, -2].map((reward, i) => ({ prompt: String(i), completion: 'x', reward }));
    const completions = await tokenise(rows);
    const kept = (fraction: number) => {
      const best = topCompletions(completions, fraction);
      return Array.from({ length: best.examples }, (_, i) => show(best, i).text[0]).join('');
    };
    expect([0.01, 0.4, 0.6, 1].map(kept)).toEqual(['1', '13', '123', '01234']);
    expect(() => topCompletions(completions, 0)).toThrow(/above 0/);
    const without = await tokenise([...rows, { prompt: 'a', completion: 'b' }]);
    expect(() => topCompletions(without, 0.5)).toThrow(/none in row 6 of rows.*--reward-field/);
  });

  it('are found by another name, also in messages', async () => {
    const path = join(folder, 'scored.jsonl');
    writeFileSync(
      path,
      '{"prompt":"a","completion":"b","score":2,"reward":"good"}\n{"messages":[{"role":"assistant","content":"c","score":3}]}',
    );
    const source = openCompletions(path, { rewardField: 'score' });
    const completions = await tokenCompletions(source, ascii, { context: 9 });
    expect([0, 1].map((i) => completions.reward(i))).toEqual([2, 3]);
    expect(await source.fingerprint()).not.toBe(await openCompletions(path).fingerprint());
  });
});

describe('the prompt that came next', () => {
  const row = { prompt: 'ab', completion: 'c', reward: 1 };

  it('is kept as tokens: one that is empty as an end of text, and none where nothing came', async () => {
    const completions = await tokenise([{ ...row, next: 'abcde' }, { ...row, next: '' }, row]);
    expect(completions.nextLength).toBe(5);
    const nexts = [0, 1, 2].map((i) => [...completions.next(i)]);
    expect(nexts).toEqual([[...Buffer.from('abcde')], [0], []]);
    expect([0, 1, 2].map((i) => completions.isUnfinished(i))).toEqual([true, true, false]);
    expect([...completions.select([2, 0]).next(1)]).toEqual(nexts[0]);
    expect((await tokenise([row])).nextLength).toBe(0);
  });

  it('is what makes equal examples other data, and the largest token is also its', async () => {
    const hashes = await Promise.all(
      [{ next: 'd' }, { next: 'de' }, { done: false }, {}].map(async (more) =>
        (await tokenise([{ ...row, ...more }])).hash(),
      ),
    );
    expect(new Set(hashes).size).toBe(4);
    expect((await tokenise([{ ...row, next: 'z' }])).largestToken).toBe('z'.charCodeAt(0));
    const warned = await tokenise([row, { ...row, next: 'd' }, { ...row, next: 'd' }]);
    expect(warned.warnings).toMatchObject([{ message: expect.stringMatching(/^1 of 3 /) }]);
  });

  it('is cut at its beginning, or its example left out, where it is too long', async () => {
    const rows = [{ ...row, next: 'abcdef' }, row];
    await expect(tokenise(rows, { context: 5 })).rejects.toThrow(/came next, in row 1.*at most 5.*6/s);
    const cut = await tokenise(rows, { context: 5, tooLong: 'cut-prompt' });
    expect(Buffer.from(cut.next(0)).toString()).toBe('bcdef');
    // Its own prompt is whole.
    expect(cut.warnings.map(({ message }) => message)).toEqual([
      '1 of 2 examples of rows are followed by a prompt longer than 5 tokens, the first in row 1 of rows: the beginning of that prompt is cut off.',
    ]);
    expect(show(cut).text).toBe('ab[c.]');
    expect((await tokenise(rows, { context: 5, tooLong: 'leave-out' })).examples).toBe(1);
  });

  it.each([
    [{ next: 3 }, /a text, or null for none.*3/s],
    [{ next: 'd', done: true }, /none where the text is `"done": true`/],
  ])('is refused as %o', async (more, message) => {
    await expect(tokenise([{ ...row, ...(more as object) }])).rejects.toThrow(message);
    await expect(tokenise([{ ...row, ...(more as object) }])).rejects.toMatchObject({ code: 'bad-next' });
  });

  it('is refused beside messages, which hold it themselves', async () => {
    const dialogue = { messages: [user('a'), assistant('b')], next: 'c' };
    await expect(tokenise([dialogue])).rejects.toThrow(/row 1.*none beside messages/s);
  });
});

describe('a line that cannot be used', () => {
  const turn = (more: string) => `{"messages":[{"role":"user","content":"a"},${more}]}`;
  it.each([
    [
      'a reward that is not a number',
      '{"prompt":"a","completion":"b","reward":"1"}',
      /`reward` of line 2.*"1"/,
    ],
    ['an infinite reward', '{"prompt":"a","completion":"b","reward":1e999}', /finite number.*Infinity/],
    ['a reward beyond 32 bits', '{"prompt":"a","completion":"b","reward":1e39}', /finite number.*1e\+39/],
    [
      'rewards with a hole',
      '{"prompt":"a","completion":"b","rewards":[1,null]}',
      /`rewards` of line 2.*null/,
    ],
    ['too few rewards', '{"prompt":"a","completion":"bc","rewards":[1,2]}', /line 2.*3 rewards.*received 2/],
    ['two kinds of rewards', '{"prompt":"a","completion":"b","reward":1,"rewards":[1,2]}', /one of.*both/],
    ['no list of messages', '{"messages":"a"}', /line 2.*list of messages.*"a"/],
    ['an unknown role', turn('{"role":"bot","content":"b"}'), /message 2 in line 2.*assistant, tool.*"bot"/],
    ['no role', turn('{"content":"b"}'), /message 2 in line 2.*none/],
    ['an empty message', turn('{"role":"assistant","content":""}'), /message 2 in line 2.*`content`.*""/],
    ['a message of parts', turn('{"role":"assistant","content":[]}'), /message 2 .*a text/],
    ['a message that is not an object', turn('null'), /message 2 in line 2.*a role/],
    ['nothing to learn', '{"messages":[{"role":"user","content":"a"}]}', /line 2.*assistant.*received user/],
    [
      'a reward of the user',
      '{"messages":[{"role":"user","content":"a","reward":1},{"role":"assistant","content":"b"}]}',
      /message 1 in line 2.*assistant only.*role user/,
    ],
    [
      'rewards of messages and of the whole',
      '{"messages":[{"role":"assistant","content":"b","reward":1}],"reward":1}',
      /line 2.*both/,
    ],
    ['an end that is unclear', '{"prompt":"a","completion":"b","done":"no"}', /`done` of line 2.*"no"/],
    ['nothing known', '{"text":"a"}', /`prompt` of line 2/],
  ])('is refused with its number: %s', async (_, line, message) => {
    const path = join(folder, 'bad.jsonl');
    writeFileSync(path, `{"prompt":"a","completion":"b"}\n${line}\n`);
    const failure = tokenCompletions(openCompletions(path), ascii, { context: 20 });
    await expect(failure).rejects.toThrow(message);
  });
});
