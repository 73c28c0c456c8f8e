import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-rewards-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const lines = ['the sea', 'the ship of the sea', 'zxq qqq'].map((completion, i) =>
    JSON.stringify({ prompt: 'He saw', completion: ` ${completion}.`, score: 3 - i }),
  );
  writeFileSync(join(folder, 'a.jsonl'), `${lines.join('\n')}\n`);
});

const rewards = ['rewards', 'nano', '--completions', 'a.jsonl', '--threads', '1'];

describe('lamo rewards', () => {
  it('says what examples are worth to a model, and how well that agrees with their own rewards', async () => {
    const args = [...rewards, '--reward-field', 'score', '--out', 'new/folder/r.jsonl'];
    const { stdout } = await lamoSucceedsHere([...args, '--json'], folder);
    const told = JSON.parse(stdout);
    const lines = readFileSync(join(folder, 'new/folder/r.jsonl'), 'utf8').trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line));
    expect(rows.map(({ example, reward }) => [example, reward])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(rows[0].tokens.slice(0, -1).join('')).toBe(' the sea.');
    const totals: number[] = rows.map((row) => row.rewards.reduce((sum: number, r: number) => sum + r, 0));
    const counts: number[] = rows.map((row) => row.rewards.length);
    const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
    expect(told.meanOfExample).toBeCloseTo(sum(totals) / 3, 6);
    expect(told.meanOfToken).toBeCloseTo(sum(totals) / sum(counts), 6);
    // Of three ranks 1 − 6 Σ d² / 24.
    const rank = (values: readonly number[], i: number) => values.filter((x) => x < values[i]!).length;
    const squares = sum([0, 1, 2].map((i) => (rank(totals, i) - (2 - i)) ** 2));
    expect(told.correlation).toBeCloseTo(1 - squares / 4, 10);
    const words = await lamoSucceedsHere([...args, '--overwrite'], folder);
    expect(words.stdout).toMatch(
      /^reward of a token .*\nrank correlation with their own rewards .*\n.*r\.jsonl/,
    );
  });

  it('says nothing of agreement where examples have no rewards', async () => {
    const { stdout } = await lamoSucceedsHere([...rewards, '--json'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ examples: 3, correlation: null, correlationPerToken: null });
  });

  it('replaces no file, writes to no file in place of a folder, and takes no other discount', async () => {
    writeFileSync(join(folder, 'kept.jsonl'), 'kept');
    const taken = await lamoHere([...rewards, '--out', 'kept.jsonl'], folder);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain('--overwrite');
    expect(readFileSync(join(folder, 'kept.jsonl'), 'utf8')).toBe('kept');
    const below = await lamoHere([...rewards, '--out', 'kept.jsonl/r.jsonl'], folder);
    expect(below.stderr).toMatch(/cannot be written.*a folder that is a file/);
    const far = await lamoHere([...rewards, '--discount', '2'], folder);
    expect(far.stderr).toContain('a number from 0 to 1');
  });
});
