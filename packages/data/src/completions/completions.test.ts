import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import type { Completions } from './completions';
import type { PromptAndCompletion } from './example';
import { holdOutCompletions } from './hold-out-completions';
import { completionsFromRows, openCompletions } from './open-completions';
import { type TokenCompletionsOptions, tokenCompletions } from './token-completions';

const folder = mkdtempSync(join(tmpdir(), 'lamo-completions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const pair = (prompt: string, completion: string): PromptAndCompletion => ({ prompt, completion });

const tokenise = (rows: readonly PromptAndCompletion[], options: Partial<TokenCompletionsOptions> = {}) =>
  tokenCompletions(completionsFromRows(rows), digits, { context: 8, ...options });

/** Tokens and mask of every example. */
function readAll(completions: Completions) {
  const { examples, length } = completions;
  return Array.from({ length: examples }, (_, i) => {
    const into = { tokens: new Float32Array(length).fill(7), mask: new Float32Array(length).fill(7) };
    completions.read(i, into);
    return { tokens: [...into.tokens], mask: [...into.mask] };
  });
}

async function rowsOf(source: ReturnType<typeof openCompletions>) {
  const rows = [];
  for await (const row of source.rows()) rows.push(row);
  return rows;
}

describe('tokenCompletions', () => {
  it('puts an end of text after each completion, fills rows up with zeros, and masks all but the completion', async () => {
    const completions = await tokenise([pair('12', '345'), pair('6', '7')]);
    expect(readAll(completions)).toEqual([
      { tokens: [1, 2, 3, 4, 5, 10], mask: [0, 0, 1, 1, 1, 1] },
      { tokens: [6, 7, 10, 0, 0, 0], mask: [0, 1, 1, 0, 0, 0] },
    ]);
    expect(completions).toMatchObject({
      examples: 2,
      length: 6,
      context: 8,
      vocabularySize: 11,
      largestToken: 10,
    });
    expect(completions.count(0)).toEqual({ prompt: 2, completion: 4 });
    expect(completions.warnings).toEqual([]);
  });

  it('begins an empty prompt with an end of text, as generation does', async () => {
    const [example] = readAll(await tokenise([pair('', '1')]));
    expect(example).toEqual({ tokens: [10, 1, 10], mask: [0, 1, 1] });
  });

  it('fills rows up further, to go with longer examples, and never cuts them', async () => {
    const completions = await tokenise([pair('1', '2')]);
    expect(readAll(completions.padTo(5))).toEqual([{ tokens: [1, 2, 10, 0, 0], mask: [0, 1, 1, 0, 0] }]);
    expect(completions.padTo(1).length).toBe(3);
    expect(completions.length).toBe(3);
  });

  it('reads into the place of a batch that it is given, and leaves the rest', async () => {
    const completions = await tokenise([pair('1', '2'), pair('1', '23')]);
    const [tokens, mask] = [new Float32Array(12).fill(7), new Float32Array(12).fill(7)];
    completions.read(0, { tokens, mask }, 4);
    expect([...tokens]).toEqual([7, 7, 7, 7, 1, 2, 10, 0, 7, 7, 7, 7]);
    expect([...mask]).toEqual([7, 7, 7, 7, 0, 1, 1, 0, 7, 7, 7, 7]);
  });

  it('refuses what is too long unless it is told what to do, and then tells how many', async () => {
    const rows = [pair('1', '2'), pair('123456', '78'), pair('34', '5')];
    await expect(tokenise(rows, { context: 5 })).rejects.toMatchObject({
      code: 'example-too-long',
      message: expect.stringMatching(
        /row 2 of completions .*at most 5.*received 9: 6 of the prompt, 3 of the completion.*`tooLong`/,
      ),
    });
    const cut = await tokenise(rows, { context: 5, tooLong: 'cut-prompt' });
    expect(readAll(cut)[1]).toEqual({ tokens: [5, 6, 7, 8, 10], mask: [0, 0, 1, 1, 1] });
    expect(cut.warnings).toEqual([
      { code: 'prompts-cut', message: expect.stringMatching(/^1 of 3 .*longer than 5.*row 2.*beginning/) },
    ]);
    const left = await tokenise(rows, { context: 5, tooLong: 'leave-out' });
    expect(left.examples).toBe(2);
    expect(left.warnings).toMatchObject([{ code: 'examples-left-out' }]);
    // The completion alone fills the context: no token is left that its first one could be predicted from.
    const long = tokenise([pair('1', '2345')], { context: 5, tooLong: 'cut-prompt' });
    await expect(long).rejects.toMatchObject({ code: 'example-too-long' });
    const none = tokenise([pair('1', '2345')], { context: 5, tooLong: 'leave-out' });
    await expect(none).rejects.toMatchObject({ code: 'no-examples' });
  });

  it('warns of repeated examples, but not of prompts with several completions', async () => {
    const rows = [pair('1', '2'), pair('1', '3'), pair('1', '2')];
    const { examples, warnings } = await tokenise(rows);
    expect(examples).toBe(3);
    expect(warnings).toMatchObject([
      { code: 'repeated-examples', message: expect.stringMatching(/^1 of 3/) },
    ]);
    expect((await tokenise(rows.slice(0, 2))).warnings).toEqual([]);
  });

  it('warns of examples that are learned from, of how many and where the first is', async () => {
    const learned = await tokenise([pair('1', '2'), pair('3', '4'), pair('12', '34')]);
    const rows = [pair('1', '3'), pair('3', '4'), pair('1', '2'), pair('123', '4')];
    expect((await tokenise(rows, { learned })).warnings).toEqual([
      {
        code: 'measured-on-learned',
        message: expect.stringMatching(/^2 of 4 held-out examples of completions .*first is in row 2 of/),
      },
    ]);
    // Where the prompt ends matters, and so does what was chosen.
    const others = [pair('123', '4'), pair('3', '4')];
    expect((await tokenise(others, { learned: learned.select([0, 2]) })).warnings).toEqual([]);
  });

  it('refuses tokenizers without an end of text, ids beyond the vocabulary, and nothing at all', async () => {
    const { endOfText: _, ...endless } = digits;
    const source = completionsFromRows([pair('1', '2')]);
    await expect(tokenCompletions(source, endless, { context: 8 })).rejects.toMatchObject({
      code: 'no-end-of-text',
    });
    const strange = { ...digits, encode: () => [11] };
    await expect(tokenCompletions(source, strange, { context: 8 })).rejects.toThrow(/below 11, received 11/);
    await expect(tokenise([])).rejects.toMatchObject({ code: 'no-examples' });
  });

  it('hashes tokens and where prompts end, not names', async () => {
    const hashOf = async (rows: readonly PromptAndCompletion[]) => (await tokenise(rows)).hash();
    const hash = await hashOf([pair('12', '34'), pair('1', '2')]);
    expect(await hashOf([pair('12', '34'), pair('1', '2')])).toBe(hash);
    expect(await hashOf([pair('123', '4'), pair('1', '2')])).not.toBe(hash);
    expect(await hashOf([pair('1', '2'), pair('12', '34')])).not.toBe(hash);
  });

  it('gives prompts with completions the hashes that runs of earlier versions know', async () => {
    const rows = [pair('12', '345'), pair('', '7')];
    const completions = await tokenise(rows);
    expect(completions.hash()).toBe('199968e798f7fbb9daabb078feca85860c4404fada2d70dbc72512d58b0a3303');
    expect(completions.key(0)).toBe('KvpguTciV8Y6MN7nqUDYgp7J9LE=');
    expect(await completionsFromRows(rows).fingerprint()).toBe(
      'f1b25f731bad3c5216e74274edd406b5a8a6bb89ce808af5bba30c1ba57b0550',
    );
    writeFileSync(at('old.jsonl'), '{"prompt":"1","completion":"2"}');
    expect(await openCompletions(at('old.jsonl')).fingerprint()).toBe(
      '8ad9a91224520a406e47029cfe8b8b49fae8d68027e2684f56983ae41ac5f0dd',
    );
  });

  it('holds many more tokens than it begins with room for', async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => pair(String(i).padStart(5, '0'), '1'));
    const completions = await tokenise(rows);
    expect(readAll(completions.select([14_999]))[0]!.tokens).toEqual([1, 4, 9, 9, 9, 1, 10]);
  });
});

describe('openCompletions', () => {
  it('reads several files, packed or not, with fields of other names', async () => {
    writeFileSync(
      at('a.jsonl'),
      '{"prompt":"1","completion":"2","id":3}\n\n{"completion":"4","prompt":""}\n',
    );
    writeFileSync(at('more.jsonl'), '{"prompt":"5","completion":"6"}');
    const row = (prompt: string, completion: string, place: string) => ({
      place,
      parts: [
        { text: prompt, isLearned: false },
        { text: completion, isLearned: true },
      ],
      isUnfinished: false,
    });
    expect(await rowsOf(openCompletions([at('a.jsonl'), at('more.jsonl')]))).toEqual([
      row('1', '2', `line 1 of ${at('a.jsonl')}`),
      row('', '4', `line 3 of ${at('a.jsonl')}`),
      row('5', '6', `line 1 of ${at('more.jsonl')}`),
    ]);
    writeFileSync(at('b.jsonl.gz'), gzipSync('{"question":"é","answer":"3"}'));
    const fields = { promptField: 'question', completionField: 'answer' };
    expect(await rowsOf(openCompletions([at('b.jsonl.gz'), at('b.jsonl.gz')], fields))).toEqual(
      Array(2).fill(row('é', '3', `line 1 of ${at('b.jsonl.gz')}`)),
    );
  });

  it('has a fingerprint of contents and fields, not of names', async () => {
    for (const name of ['c.jsonl', 'd.jsonl']) writeFileSync(at(name), '{"prompt":"1","completion":"2"}');
    const fingerprint = openCompletions(at('c.jsonl')).fingerprint();
    expect(await openCompletions(at('d.jsonl')).fingerprint()).toBe(await fingerprint);
    const swapped = openCompletions(at('d.jsonl'), { promptField: 'completion', completionField: 'prompt' });
    expect(await swapped.fingerprint()).not.toBe(await fingerprint);
    writeFileSync(at('d.jsonl'), '{"prompt":"1","completion":"3"}');
    expect(await openCompletions(at('d.jsonl')).fingerprint()).not.toBe(await fingerprint);
  });

  const good = '{"prompt":"a","completion":"b"}\n';
  it.each([
    [
      'an empty completion',
      '{"prompt":"a","completion":""}',
      'empty-completion',
      /line 2 of .*e\.jsonl is empty/,
    ],
    [
      'no completion',
      '{"prompt":"a","answer":"b"}',
      'missing-field',
      /`completion`.*line 2.*prompt, answer.*`completionField`/,
    ],
    [
      'a prompt that is null',
      '{"prompt":null,"completion":"b"}',
      'missing-field',
      /`prompt`.*line 2.*type null/,
    ],
    ['a list of messages', '{"prompt":["a"],"completion":"b"}', 'missing-field', /line 2.*type list/],
    ['a line that is cut off', '{"prompt":"a","comp', 'not-json-lines', /Line 2 .*such as \{"prompt"/],
  ])('refuses %s, with the number of the line', async (_, line, code, message) => {
    writeFileSync(at('e.jsonl'), good + line);
    const failure = rowsOf(openCompletions(at('e.jsonl')));
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses files of other kinds, folders, and what is not there', () => {
    writeFileSync(at('list.json'), '[]');
    mkdirSync(at('deep'));
    expect(() => openCompletions(at('list.json'))).toThrow(/JSON lines.*jq/);
    expect(() => openCompletions(at('deep'))).toThrow(/received a folder/);
    expect(() => openCompletions(at('list.jsonl'))).toThrow(/does not exist.*Did you mean '.*list\.json'/);
  });
});

describe('holdOutCompletions', () => {
  const rows = Array.from({ length: 100 }, (_, i) => pair(String(i % 40), '1'));

  it('passes over examples that are repeated so often that they would be most of what is held out', async () => {
    const repeated = Array.from({ length: 100 }, (_, i) => pair(String(i < 91 ? 0 : i), '1'));
    const { training, heldOut } = holdOutCompletions(await tokenise(repeated), 0.1);
    expect([training.examples, heldOut.examples]).toEqual([92, 8]);
  });

  it('parts whole examples, always in the same way, and no example is on both sides', async () => {
    const completions = await tokenise(rows);
    const { training, heldOut } = holdOutCompletions(completions, 0.1);
    expect(training.examples + heldOut.examples).toBe(100);
    expect(heldOut.examples).toBeGreaterThanOrEqual(8);
    expect(heldOut.examples).toBeLessThanOrEqual(10);
    const keys = (part: Completions) => new Set(readAll(part).map((example) => JSON.stringify(example)));
    expect([...keys(training)].filter((key) => keys(heldOut).has(key))).toEqual([]);
    expect(holdOutCompletions(completions, 0.1).heldOut.hash()).toBe(heldOut.hash());
    // Not the last ones: files are often sorted.
    expect(heldOut.hash()).not.toBe(completions.select([...Array(10).keys()].map((i) => 90 + i)).hash());
  });

  it('leaves something on both sides, or refuses', async () => {
    const two = await tokenise([pair('1', '2'), pair('1', '2'), pair('3', '4')]);
    const { training, heldOut } = holdOutCompletions(two, 0.99);
    expect([training.examples, heldOut.examples].sort()).toEqual([1, 2]);
    const same = await tokenise([pair('1', '2'), pair('1', '2')]);
    expect(() => holdOutCompletions(same, 0.5)).toThrow(/two different.*received 0.5 of 2 examples, 1/);
    for (const fraction of [0, 1, Number.NaN])
      expect(() => holdOutCompletions(two, fraction)).toThrow(/fraction between 0 and 1/);
  });
});
