import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeTexts } from '@lamo/eval';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-judge-texts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const lines = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const runOf = (seed: number) => `runs/sft-a-batch-size-2-initialise-from-nano-s${seed}`;

const asked = ['--completions', 'a.jsonl', '--samples', '2', '--tokens', '4', '--threads', '1'];

beforeAll(async () => {
  const rows = ['sea', 'ship', 'sea'].flatMap((noun, i) =>
    ['The old', 'He saw'].slice(0, 2 - (i % 2)).map((prompt) => ({ prompt, completion: ` the ${noun}.` })),
  );
  write('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  write('score.mjs', 'export default (text, { references }) => references.length + (text ? 0.5 : 0);\n');
  write('none.mjs', 'export const grade = 1;\n');
  write('broken.mjs', 'export default (\n');
  write('nan.mjs', 'export default () => 0 / 0;\n');
  const run = [
    'train',
    'sft',
    '--completions',
    'a.jsonl',
    '--held-out',
    '0.3',
    '--steps',
    '2',
    '--seeds',
    '2',
  ];
  await lamoSucceedsHere(
    [...run, '--initialise-from', 'nano', '--batch-size', '2', '--threads', '1', '--out', 'runs'],
    folder,
  );
});

describe('lamo judge', () => {
  it('asks each prompt once, with all completions of it as references', async () => {
    const args = ['judge', 'nano', ...asked, '--temperatures', '0,1', '--score', 'score.mjs', '--json'];
    const told = JSON.parse((await lamoSucceedsHere(args, folder)).stdout);
    expect(told).toMatchObject({ model: 'nano', prompts: 2, samples: 2, kept: null });
    // Five examples: three of one prompt and two of the other; no text of nano's is empty.
    expect(told.temperatures.map(({ score }: { score: number }) => score)).toEqual([3, 3]);
    const [greedy, drawn] = told.temperatures;
    expect(greedy).toMatchObject({ temperature: 0, different: 1, selfBleu: 100 });
    expect(drawn.entropy).toBeGreaterThan(0);
  });

  it('judges what lamo generate writes with the same settings', async () => {
    write('prompts.txt', 'The old\nHe saw\n');
    const settings = ['--samples', '2', '--tokens', '4', '--seed', '3', '--threads', '1', '--json'];
    const generated = ['generate', 'nano', '--prompts', 'prompts.txt', ...settings];
    const { prompts } = JSON.parse((await lamoSucceedsHere(generated, folder)).stdout);
    const references = [
      [' the sea.', ' the ship.', ' the sea.'],
      [' the sea.', ' the sea.'],
    ];
    const expected = judgeTexts(
      prompts.map(({ prompt, completions }: { prompt: string; completions: string[] }, i: number) => ({
        ...{ prompt, texts: completions, references: references[i]! },
      })),
      { unit: 'characters', n: 3 },
    );
    const args = ['judge', 'nano', '--completions', 'a.jsonl', '--temperatures', '1', ...settings];
    const { stdout } = await lamoSucceedsHere([...args, '--unit', 'characters', '--n', '3'], folder);
    const { score: _, ...figures } = expected;
    expect(JSON.parse(stdout).temperatures[0]).toMatchObject(figures);
  });

  it('keeps the figures of a run beside it, and the report draws them', async () => {
    for (const run of [0, 1].map(runOf))
      await lamoSucceedsHere(['judge', run, ...asked, '--temperatures', '0.5,1'], folder);
    const kept = lines(`${runOf(0)}/texts.jsonl`);
    expect(kept.map(({ step, temperature }) => [step, temperature])).toEqual([
      [2, 0.5],
      [2, 1],
    ]);
    await lamoSucceedsHere(['report', 'runs', '--out', 'report.html'], folder);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('2 texts for each of 2 prompts of a.jsonl');
    const other = lines(`${runOf(1)}/texts.jsonl`);
    const mean = (kept[1].rougeL + other[1].rougeL) / 2;
    expect(page).toMatch(new RegExp(`temperature 1: ROUGE-L ${Number(mean.toPrecision(4))}, Self-BLEU`));
  });

  it('asks messages as the template writes them, and refuses what is none', async () => {
    const messages = [
      { role: 'user', content: 'The old' },
      { role: 'assistant', content: ' sea.' },
    ];
    write('d.jsonl', JSON.stringify({ messages }));
    const args = ['judge', 'nano', ...asked, '--completions', 'd.jsonl', '--temperatures', '0', '--json'];
    const dataOf = async (...more: string[]) =>
      JSON.parse((await lamoSucceedsHere([...args, ...more], folder)).stdout).data;
    expect(await dataOf('--template', 'plain')).toBe(await dataOf());
    expect(await dataOf('--template', 'chatml')).not.toBe(await dataOf());
    expect((await lamoHere([...args, '--template', 'chat'], folder)).code).not.toBe(0);
  });

  it('refuses a score that is none, and settings that cannot be', async () => {
    const trials: [string[], RegExp][] = [
      [['--score', 'missing.mjs'], /missing\.mjs has no function that scores texts.*no file/s],
      [['--score', 'none.mjs'], /exports of grade/],
      [['--score', 'broken.mjs'], /has no function that scores texts/],
      [['--score', 'nan.mjs'], /finite number.*NaN/s],
      [['--temperatures', '-1'], /a number of at least 0.*-1/s],
      [['--temperatures='], /at least one/],
    ];
    for (const [more, message] of trials) {
      const { code, stderr } = await lamoHere(['judge', 'nano', ...asked, ...more], folder);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(message);
    }
  });
});
