import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { afterAll, describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import { holdOutCompletions } from './hold-out-completions';
import { openPreferences, preferencesFromRows, tokenPreferences } from './open-preferences';
import type { PackOptions } from './pack-examples';
import { preferenceSampler } from './preference-sampler';
import type { Preferences } from './preferences';
import type { Fields } from './read-reward';

const folder = mkdtempSync(join(tmpdir(), 'lamo-preferences-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pair = (prompt: string, chosen: string, rejected: string) => ({ prompt, chosen, rejected });

const tokenise = (rows: readonly Fields[], options: Partial<PackOptions> = {}) =>
  tokenPreferences(preferencesFromRows(rows), digits, { context: 8, ...options });

/** Tokens of both answers of every pair. */
function readAll({ examples, length, read }: Preferences) {
  return Array.from({ length: examples }, (_, i) => {
    const make = () => ({ tokens: new Float32Array(length).fill(7), mask: new Float32Array(length).fill(7) });
    const into = { chosen: make(), rejected: make() };
    read(i, into);
    const show = ({ tokens, mask }: ReturnType<typeof make>) => [[...tokens], [...mask]];
    return [show(into.chosen), show(into.rejected)];
  });
}

describe('pairs of answers', () => {
  it('are tokenised after their prompt, each to the length of the longest', async () => {
    const preferences = await tokenise([pair('12', '3', '45'), pair('', '6', '7')]);
    expect(readAll(preferences)).toEqual([
      [
        [
          [1, 2, 3, 10, 0],
          [0, 0, 1, 1, 0],
        ],
        [
          [1, 2, 4, 5, 10],
          [0, 0, 1, 1, 1],
        ],
      ],
      [
        [
          [10, 6, 10, 0, 0],
          [0, 1, 1, 0, 0],
        ],
        [
          [10, 7, 10, 0, 0],
          [0, 1, 1, 0, 0],
        ],
      ],
    ]);
    expect(preferences).toMatchObject({ examples: 2, length: 5, context: 8, largestToken: 10 });
  });

  it('may be messages, after a prompt or with it in themselves, be it a second time', async () => {
    const user = { role: 'user', content: '12' };
    const answer = (content: string) => ({ role: 'assistant', content });
    const apart = { prompt: [user], chosen: [answer('3')], rejected: [answer('4')] };
    const whole = { chosen: [user, answer('3')], rejected: [user, answer('4')] };
    const expected = readAll(await tokenise([pair('12', '3', '4')]));
    expect(readAll(await tokenise([apart]))).toEqual(expected);
    const said = { ...apart, prompt: '12' };
    const twice = [
      { ...whole, prompt: '12' },
      { ...whole, prompt: [user] },
    ];
    for (const row of [whole, said, ...twice]) expect(readAll(await tokenise([row]))).toEqual(expected);
  });

  it('have their prompts cut alike, or are left out together', async () => {
    const rows = [pair('12345', '6', '789'), pair('1', '2', '3')];
    const cut = await tokenise(rows, { context: 6, tooLong: 'cut-prompt' });
    // Two tokens of the prompt are left beside the longer answer.
    expect(readAll(cut)[0]!.map(([tokens]) => tokens)).toEqual([
      [4, 5, 6, 10, 0, 0],
      [4, 5, 7, 8, 9, 10],
    ]);
    expect(cut.warnings.map(({ code }) => code)).toEqual(['prompts-cut']);
    const rest = await tokenise(rows, { context: 7, tooLong: 'leave-out' });
    expect(readAll(rest).map(([chosen]) => chosen![0])).toEqual([[1, 2, 10]]);
    await expect(tokenise(rows, { context: 8 })).rejects.toThrow(/row 1 of preferences.*received 9/s);
  });

  it('are held out whole, and equal ones together', async () => {
    const preferences = await tokenise(Array.from({ length: 20 }, (_, i) => pair(String(i % 10), '1', '2')));
    const { training, heldOut } = holdOutCompletions(preferences, 0.3);
    const prompts = (part: Preferences) => readAll(part).map(([chosen]) => chosen![0]![0]);
    expect(training.examples + heldOut.examples).toBe(20);
    expect(heldOut.examples).toBe(6);
    expect(prompts(training).filter((prompt) => prompts(heldOut).includes(prompt))).toEqual([]);
    expect(preferences.warnings.map(({ code }) => code)).toEqual(['repeated-examples']);
    expect(heldOut.hash()).not.toBe(training.hash());
    const later = await tokenise([pair('3', '1', '2'), pair('3', '2', '1')], { learned: preferences });
    expect(later.warnings.map(({ message }) => message.slice(0, 9))).toEqual(['1 of 2 he']);
  });

  it('are held out with all that answer the same prompt', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => pair(`1${i % 10}`, String(i % 7), String(8 + (i % 2))));
    const preferences = await tokenise(rows);
    const { training, heldOut } = holdOutCompletions(preferences, 0.4);
    const prompts = (part: Preferences) => readAll(part).map(([chosen]) => chosen![0]!.slice(0, 2).join());
    expect([training.examples, heldOut.examples]).toEqual([18, 12]);
    expect(prompts(training).filter((prompt) => prompts(heldOut).includes(prompt))).toEqual([]);
    const one = await tokenise([pair('1', '2', '3'), pair('1', '4', '5')]);
    expect(() => holdOutCompletions(one, 0.5)).toThrow(/two different prompts/);
  });

  it('are drawn as often as one another, and go on where they were', async () => {
    const preferences = await tokenise([pair('1', '2', '3'), pair('4', '5', '6'), pair('7', '8', '9')]);
    const open = () => preferenceSampler(preferences, { batchSize: 2, rng: Rng.fromSeed(1) });
    const draw = (source: ReturnType<typeof open>) => {
      const row = () => new Float32Array(2 * preferences.length);
      const into = { chosen: row(), chosenMask: row(), rejected: row(), rejectedMask: row() };
      source.next(into);
      return into;
    };
    const source = open();
    const batches = [draw(source), draw(source), draw(source)];
    const firsts = batches.flatMap(({ chosen, rejected }) => {
      expect([rejected[0], rejected[3]]).toEqual([chosen[0], chosen[3]]);
      expect([rejected[1]! - chosen[1]!, rejected[4]! - chosen[4]!]).toEqual([1, 1]);
      return [chosen[0]!, chosen[3]!];
    });
    expect(firsts.sort()).toEqual([1, 1, 4, 4, 7, 7]);
    const again = open();
    draw(again);
    const resumed = open();
    resumed.restore(JSON.parse(JSON.stringify(again.state())));
    expect(draw(resumed)).toEqual(batches[1]);
  });

  it('are read from files, with the line of what is wrong', async () => {
    const write = (lines: readonly unknown[]) => {
      const path = join(folder, 'pairs.jsonl');
      writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
      return path;
    };
    const read = (lines: readonly unknown[], options = {}) =>
      tokenPreferences(openPreferences(write(lines), options), digits, { context: 8 });
    const good = pair('1', '2', '3');
    expect((await read([good, good])).examples).toBe(2);
    const other = { question: '1', better: '2', worse: '3' };
    const fields = { promptField: 'question', chosenField: 'better', rejectedField: 'worse' };
    expect(readAll(await read([other], fields))).toEqual(readAll(await tokenise([good])));
    for (const [line, code, message] of [
      [pair('1', '', '3'), 'empty-answer', /`chosen` in line 2 of/],
      [pair('1', '2', '2'), 'equal-answers', /Both answers in line 2 of .*are the same/],
      [{ prompt: '1', chosen: '2' }, 'missing-field', /`rejected` of line 2 of/],
      [{ prompt: '1', chosen: '2', rejected: [] }, 'bad-messages', /`chosen` in line 2 of/],
      [
        { chosen: [{ role: 'user', content: '1' }], rejected: [{ role: 'user', content: '2' }] },
        'bad-messages',
        /`chosen` in line 2 of/,
      ],
    ] as const) {
      await expect(read([good, line])).rejects.toMatchObject({ code });
      await expect(read([good, line])).rejects.toThrow(message);
    }
    const hash = (options = {}) => openPreferences(write([good]), options).fingerprint();
    expect(await hash()).toBe(await hash());
    expect(await hash()).not.toBe(await hash({ template: 'chatml' }));
    expect(() => openPreferences(join(folder, 'none.jsonl'))).toThrow(/does not exist/);
  });
});
