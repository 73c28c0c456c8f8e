import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-judge-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const rowsOf = (name: string) =>
  readFileSync(inFolder(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const write = (name: string, rows: readonly object[]) =>
  writeFileSync(inFolder(name), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);

const COLOURS = ['red', 'green', 'blue', 'black', 'white', 'grey'];
const TRAINING = [
  'train',
  'reward-model',
  '--threads',
  '1',
  '--initialise-from',
  'nano',
  '--held-out',
  '0.2',
];

beforeAll(async () => {
  const pairs = COLOURS.flatMap((one) =>
    COLOURS.map((other) => ({
      prompt: `Say ${one} and ${other}:`,
      chosen: ` ${one} ${other}`,
      rejected: ' no',
    })),
  );
  write('pairs.jsonl', pairs);
  write('answers.jsonl', [
    { prompt: 'Say red and grey:', completion: ' red grey', score: 2 },
    { prompt: 'Say red and grey:', completion: ' no', score: 1 },
    {
      messages: [
        { role: 'user', content: 'Say blue:' },
        { role: 'assistant', content: ' no' },
      ],
      reward: 0,
    },
  ]);
  const args = [
    '--completions',
    'pairs.jsonl',
    '--steps',
    '20',
    '--learning-rate',
    '1e-3',
    '--warmup-steps',
    '2',
  ];
  await lamoSucceedsHere([...TRAINING, ...args, '--snapshot-every', '10', '--out', 'judge'], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a reward model', () => {
  it('is measured on pairs that were held out, on its way and in the report', async () => {
    const records = rowsOf('judge/preferences.jsonl');
    expect(records.map(({ step, pairs }) => [step, pairs])).toEqual([
      [0, 7],
      [10, 7],
      [20, 7],
    ]);
    expect(records.at(-1).accuracy).toBe(1);
    expect(existsSync(inFolder('judge/snapshots/10/reward.safetensors'))).toBe(true);
    expect(existsSync(inFolder('judge/perplexity.jsonl'))).toBe(false);
    const { completions } = JSON.parse(readFileSync(inFolder('judge/manifest.json'), 'utf8'));
    expect(completions).toMatchObject({ completionField: 'chosen', rejectedField: 'rejected', examples: 29 });
    await lamoSucceedsHere(['report', 'judge', '--out', 'report.html'], folder);
    const page = readFileSync(inFolder('report.html'), 'utf8');
    expect(page).toContain('<h2>Reward models</h2>');
    expect(page).toMatch(/data-label="accuracy">100 %</);
    expect(page).not.toContain('<h2>Language models</h2>');
  });

  it('gives answers their rewards, and spreads them over their tokens, for whatever learns from rewards', async () => {
    const rewards = ['rewards', 'judge', '--completions', 'answers.jsonl', '--threads', '1'];
    const { stdout } = await lamoSucceedsHere([...rewards, '--out', 'rewarded.jsonl'], folder);
    expect(stdout).toMatch(
      /^reward of an example .* \(3 examples\)\n.*reward of every example.*rewarded\.jsonl/,
    );
    const rewarded = rowsOf('rewarded.jsonl');
    expect(rewarded[0].reward).toBeGreaterThan(rewarded[1].reward);
    expect(rewarded[1].score).toBe(1);
    expect(rewarded[2].reward).not.toBe(0);
    const spread = [...rewards, '--redistribute', 'attention', '--out', 'spread.jsonl', '--json'];
    await lamoSucceedsHere(spread, folder);
    const rows = rowsOf('spread.jsonl');
    const tokens: number[][] = [rows[0].rewards, rows[1].rewards, rows[2].messages[1].rewards];
    for (const [i, own] of tokens.entries()) {
      expect(own.length).toBeGreaterThan(1);
      const sum = own.reduce((total, each) => total + each, 0);
      expect(sum).toBeCloseTo(rewarded[i].reward, 9); // sums in double precision
      expect(Math.abs(own.at(-1)!)).toBeGreaterThan(0.2 * Math.abs(sum));
    }
    expect(rows[0].reward).toBeUndefined();
    expect(rows[2].reward).toBeUndefined();
    // What was written is read again, and agrees.
    const again = ['rewards', 'judge', '--completions', 'spread.jsonl', '--threads', '1', '--json'];
    expect(JSON.parse((await lamoSucceedsHere(again, folder)).stdout).correlation).toBeCloseTo(1, 9);
    const learning = ['train', 'ilql', '--completions', 'spread.jsonl', '--initialise-from', 'nano'];
    await lamoSucceedsHere([...learning, '--steps', '1', '--threads', '1', '--out', 'tuned'], folder);
  });

  it('gives rewards in the field that they are read from', async () => {
    const rewards = ['rewards', 'judge', '--completions', 'scored.jsonl', '--threads', '1'];
    write('scored.jsonl', rowsOf('answers.jsonl').slice(0, 2));
    const field = ['--reward-field', 'score', '--out', 'rescored.jsonl'];
    const { stdout } = await lamoSucceedsHere([...rewards, ...field], folder);
    expect(stdout).toMatch(/in the field `score`/);
    const [first, second] = rowsOf('rescored.jsonl');
    expect(Object.keys(first)).toEqual(['prompt', 'completion', 'score']);
    expect(first.score).toBeGreaterThan(second.score);
  });

  it('that trained adapters judges by these alone, on the model that they belong to', async () => {
    const args = ['--completions', 'pairs.jsonl', '--steps', '10', '--lora-rank', '2', '--out', 'adapted'];
    await lamoSucceedsHere([...TRAINING, ...args, '--learning-rate', '1e-2'], folder);
    const meanBy = async (...model: string[]) => {
      const judging = ['rewards', ...model, '--completions', 'answers.jsonl', '--threads', '1', '--json'];
      return JSON.parse((await lamoSucceedsHere(judging, folder)).stdout).meanOfExample;
    };
    const whole = await meanBy('adapted');
    expect(await meanBy('nano', '--adapter', 'adapted')).toBe(whole);
    expect(await meanBy('adapted/snapshots/10')).toBe(whole);
    expect(existsSync(inFolder('adapted/snapshots/10/model.safetensors'))).toBe(false);
  });

  it('is where another training of one begins, with its head', async () => {
    const further = ['train', 'reward-model', '--threads', '1', '--initialise-from', 'judge'];
    const args = ['--completions', 'pairs.jsonl', '--held-out', '0.2', '--steps', '1', '--out', 'further'];
    await lamoSucceedsHere([...further, ...args], folder);
    const [judged, begun] = ['judge', 'further'].map((run) => rowsOf(`${run}/preferences.jsonl`));
    expect(begun![0].loss).toBe(judged!.at(-1).loss);
  });

  it('is trained on, from the pairs that it was started with', async () => {
    await lamoSucceedsHere(['train', '--resume', 'judge', '--steps', '22', '--threads', '1'], folder);
    expect(rowsOf('judge/preferences.jsonl').map(({ step }) => step)).toEqual([0, 10, 20, 22]);
    writeFileSync(inFolder('pairs.jsonl'), `${readFileSync(inFolder('pairs.jsonl'), 'utf8')}\n`);
    const changed = await lamoHere(['train', '--resume', 'judge', '--steps', '24'], folder);
    expectRefusal(changed, /pairs\.jsonl are not what the run was started with/);
  });

  it('says what is wrong, with its line', async () => {
    write('equal.jsonl', [
      { prompt: 'a', chosen: 'b', rejected: 'c' },
      { prompt: 'a', chosen: 'b', rejected: 'b' },
    ]);
    const equal = [...TRAINING, '--completions', 'equal.jsonl', '--steps', '1', '--out', 'x'];
    expectRefusal(await lamoHere(equal, folder), /Both answers in line 2 of .*equal\.jsonl are the same/);
    const rewards = ['rewards', 'judge', '--completions', 'answers.jsonl'];
    expectRefusal(await lamoHere([...rewards, '--discount', '0.5'], folder), /nothing discounts/);
    expectRefusal(
      await lamoHere([...rewards, '--redistribute', 'attention'], folder),
      /an --out with --redistribute/,
    );
    expectRefusal(
      await lamoHere([...rewards, '--redistributed-share', '0.5', '--out', 'y.jsonl'], folder),
      /--redistribute with --redistributed-share/,
    );
    const left = [...rewards, '--too-long', 'leave-out', '--out', 'y.jsonl'];
    expectRefusal(await lamoHere(left, folder), /none can be left out/);
    const plain = [
      'rewards',
      'nano',
      '--completions',
      'answers.jsonl',
      '--redistribute',
      'attention',
      '--out',
      'z',
    ];
    expectRefusal(await lamoHere(plain, folder), /does not say how good a text is/);
    expect(existsSync(inFolder('x'))).toBe(false);
  });
});
