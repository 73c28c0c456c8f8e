import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digits } from '../../../../test/plain-tokenizers';
import type { ReadingOptions } from './read-example';
import type { Fields } from './read-reward';
import { rewardableRows } from './rewarded-rows';

const folder = mkdtempSync(join(tmpdir(), 'lamo-rewarded-'));
afterAll(() => rmSync(folder, { recursive: true }));

const said = (role: string, content: string, more: Fields = {}) => ({ role, content, ...more });

async function rewrite(
  lines: readonly Fields[],
  reward: (learned: readonly number[]) => number | number[],
  options: ReadingOptions = {},
) {
  const path = join(folder, 'a.jsonl');
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const rows = [];
  for await (const { learned, put } of rewardableRows(path, digits, options)) rows.push(put(reward(learned)));
  return rows;
}

const lines = [
  { prompt: '1', completion: '23', reward: 7, id: 'first' },
  {
    messages: [
      said('user', '1'),
      said('assistant', '2', { reward: 3 }),
      said('assistant', '345'),
      said('user', '6'),
    ],
    done: false,
  },
];

describe('lines with other rewards', () => {
  it('have one for the whole in place of those that they had, and keep the rest', async () => {
    expect(await rewrite(lines, () => 0.5)).toEqual([
      { prompt: '1', completion: '23', reward: 0.5, id: 'first' },
      {
        messages: [said('user', '1'), said('assistant', '2'), said('assistant', '345'), said('user', '6')],
        done: false,
        reward: 0.5,
      },
    ]);
  });

  it('have them in the field that rewards are read from, and keep fields that are none then', async () => {
    const scored = [
      { prompt: '1', completion: '23', score: 4, reward: 'a medal' },
      { messages: [said('user', '1'), said('assistant', '2', { score: 1, reward: 'none' })] },
    ];
    expect(await rewrite(scored, () => 0.5, { rewardField: 'score' })).toEqual([
      { prompt: '1', completion: '23', reward: 'a medal', score: 0.5 },
      { messages: [said('user', '1'), said('assistant', '2', { reward: 'none' })], score: 0.5 },
    ]);
    expect(
      await rewrite(scored, (learned) => learned.flatMap((n) => Array(n).fill(n)), { rewardField: 'score' }),
    ).toEqual([
      { prompt: '1', completion: '23', reward: 'a medal', score: [3, 3, 3] },
      { messages: [said('user', '1'), said('assistant', '2', { reward: 'none', score: [2, 2] })] },
    ]);
  });

  it('have one for each token, the ends of text among them, in the message that the token is of', async () => {
    const numbered = (learned: readonly number[]) =>
      Array.from({ length: learned.reduce((sum, count) => sum + count, 0) }, (_, i) => i);
    expect(await rewrite(lines, numbered)).toEqual([
      { prompt: '1', completion: '23', rewards: [0, 1, 2], id: 'first' },
      {
        messages: [
          said('user', '1'),
          said('assistant', '2', { rewards: [0, 1] }),
          said('assistant', '345', { rewards: [2, 3, 4, 5] }),
          said('user', '6'),
        ],
        done: false,
      },
    ]);
  });
});
