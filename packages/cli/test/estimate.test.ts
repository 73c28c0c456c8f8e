import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Rng } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-estimate-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const lines = (run: string) =>
  readFileSync(inFolder(run, 'log-estimates.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A shop shows one of three offers, drawn at random; each is wanted in one kind of weather. One row a visit. */
function offersLog(visits = 600): string {
  const rng = Rng.fromSeed(0);
  const rows = Array.from({ length: visits }, () => {
    const [weather, offer] = [rng.integer(3), rng.integer(3)];
    const bought = Number(weather === offer);
    return `${['rain', 'snow', 'sun'][weather]},${['boots', 'gloves', 'hat'][offer]},${bought},${1 - bought},0.3333333`;
  });
  return ['weather,offer,bought,left,p', ...rows].join('\n');
}

const columns = ['--observation', 'weather', '--action', 'offer', '--probability', 'p', '--one-step'];
const small = ['--hidden-size', '32', '--batch-size', '64', '--threads', '1', '--inverse-temperature', '20'];
const judge = ['--steps', '1500', '--hidden-size', '32', '--networks', '3'];

beforeAll(async () => {
  writeFileSync(inFolder('offers.csv'), offersLog());
  const train = ['train', 'iql', '--dataset', 'offers.csv', ...columns, ...small];
  await lamoSucceedsHere([...train, '--reward', 'bought', '--steps', '1200', '--out', 'good'], folder);
  await lamoSucceedsHere(
    [...train, '--reward', 'left', '--steps', '3000', '--out', 'bad', '--held-out', '0'],
    folder,
  );
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo evaluate --estimate', () => {
  it('says by the log of a run what its policy is worth, and keeps it', async () => {
    const args = ['evaluate', 'good', '--estimate', 'fqe,wis,pdis,dr', ...judge];
    const { stdout } = await lamoSucceedsHere(args, folder);
    expect(stdout).toMatch(
      /^good \(IQL\), 1,200 steps: discounted return \(discount 0\.99\) from 600 episodes of offers/,
    );
    expect(stdout).toMatch(/WIS +1 +1 to 1 +0\.3\d* +[\d.]+ +better than the log/);
    expect(stdout).toContain('The policy learned from this log, which flatters it');
    const records = lines('good');
    // What needs no training comes first, so that it is there whatever happens.
    expect(records.map(({ estimator }) => estimator)).toEqual(['wis', 'pdis', 'fqe', 'dr']);
    for (const { estimator, value, verdict, logged, draws, basis } of records) {
      // It always offers what is wanted. Networks and weights know that to a tenth of six hundred visits.
      expect(Math.abs(value - 1)).toBeLessThan(estimator === 'wis' ? 1e-6 : 0.15);
      expect(verdict).toBe('better');
      expect(logged).toBeGreaterThan(0.25);
      expect(logged).toBeLessThan(0.42);
      expect(draws).toHaveLength(1000);
      expect(basis.behaviour).toBe(estimator === 'fqe' ? null : 'logged');
    }
    expect(stdout).not.toContain('estimated from the log itself');
  });

  it('finds again what is there, for the same policy, log and settings', async () => {
    const before = readFileSync(inFolder('good', 'log-estimates.jsonl'), 'utf8');
    const args = ['evaluate', 'good', '--estimate', 'dr,wis', ...judge, '--json'];
    const { stdout, stderr } = await lamoSucceedsHere(args, folder);
    expect(readFileSync(inFolder('good', 'log-estimates.jsonl'), 'utf8')).toBe(before);
    expect(stderr).not.toContain('steps/s');
    const [run] = JSON.parse(stdout).runs;
    expect(run.estimates.map(({ estimator }: { estimator: string }) => estimator)).toEqual(['dr', 'wis']);
    expect(run.estimates[0]).not.toHaveProperty('draws');
    await lamoSucceedsHere(['evaluate', 'good', '--estimate', 'wis', '--seed', '1'], folder);
    expect(lines('good')).toHaveLength(5);
  });

  it('refuses a log whose columns are others, or in another order', async () => {
    const [head, ...rows] = offersLog(60).split('\n');
    const swap = (line: string) => line.replace(/^(.*?),(.*)$/, '$2,$1');
    // One column more that is a number, before the weather and after it.
    const numbered = rows.map((row, i) => `${i % 5},${row}`);
    writeFileSync(inFolder('two.csv'), [`hour,${head}`, ...numbered].join('\n'));
    writeFileSync(inFolder('swapped.csv'), [`hour,${head}`, ...numbered].map(swap).join('\n'));
    const named = ['--observation', 'weather,hour', ...columns.slice(2)];
    const train = [
      'train',
      'iql',
      '--dataset',
      'two.csv',
      ...named,
      '--reward',
      'bought',
      '--steps',
      '2',
      ...small,
    ];
    await lamoSucceedsHere([...train, '--out', 'two'], folder);
    const judgeBy = (...more: string[]) => ['evaluate', 'two', '--estimate', 'wis', ...more];
    // By name it does not matter where columns stand in the file.
    await lamoSucceedsHere(judgeBy('--dataset', 'swapped.csv'), folder);
    expectRefusal(
      await lamoHere(judgeBy('--dataset', 'two.csv', '--observation', 'hour,weather'), folder),
      /columns are others than the policy of .* learned, or in another order.*weather \(3\); hour.*hour; weather \(3\)/,
    );
  });

  it('compares policies, and calls one worse than the log that is; by columns that it need not be told again', async () => {
    const args = [
      'evaluate',
      'good',
      'bad',
      '--dataset',
      'offers.csv',
      '--reward',
      'bought',
      '--estimate',
      'wis',
      '--behaviour',
      'fitted',
    ];
    const { stdout } = await lamoSucceedsHere(args, folder);
    expect(stdout).toMatch(/bad \(IQL\)[\s\S]*WIS +0 +0 to 0 .*worse than the log/);
    expect(stdout).toMatch(/By WIS, good is better than bad: 1 to 1 more\./);
    expect(stdout).toContain('How likely the logged actions were is estimated from the log itself');
    await lamoSucceedsHere(['report', 'good', 'bad', '--out', 'report.html'], folder);
    const page = readFileSync(inFolder('report.html'), 'utf8');
    expect(page).toMatch(/<tr class="worse">[\s\S]*worse than the log/);
    expect(page).toContain('By WIS, good is better than bad');
  });

  it('judges by what was held out, which the policy did not learn from', async () => {
    const { stdout } = await lamoSucceedsHere(
      ['evaluate', 'good', '--held-out', '--estimate', 'wis'],
      folder,
    );
    expect(stdout).toContain('from 60 episodes');
    expect(stdout).not.toContain('flatters');
    const other = await lamoHere(['evaluate', 'bad', '--held-out', '--estimate', 'wis'], folder);
    expectRefusal(other, /held out nothing.*Leave out --held-out/);
  });

  it('loses nothing that was estimated when it is killed, and leaves nothing behind', async () => {
    const args = ['evaluate', 'bad', '--estimate', 'fqe,wis', '--steps', '100000', '--hidden-size', '32'];
    const before = lines('bad').length;
    mkdirSync(inFolder('temporary'));
    const killed = startLamo(args, folder, undefined, { TMPDIR: inFolder('temporary') });
    while (lines('bad').length === before) await setTimeout(5);
    killed.process.kill('SIGKILL');
    await killed.outcome;
    expect(lines('bad').at(-1).estimator).toBe('wis');
    expect(readdirSync(inFolder('temporary'))).toEqual([]);
    await lamoSucceedsHere([...args.slice(0, 3), 'wis'], folder);
    expect(lines('bad')).toHaveLength(before + 1);
  });

  it.each<[string, string[], RegExp]>([
    ['several runs to play', ['good', 'bad'], /one is played at a time, several are for --estimate/],
    ['what is for playing', ['good', '--estimate', 'wis', '--episodes', '5'], /--episodes is for playing/],
    ['what is for judging', ['good', '--discount', '0.9'], /--discount is for judging by a log/],
    ['an estimator that there is not', ['good', '--estimate', 'fq'], /Did you mean 'fqe'/],
    ['no estimator', ['good', '--estimate', ','], /Expected some of fqe/],
  ])('refuses %s as wrong usage', async (_, args, message) => {
    const { code, stderr } = await lamoHere(['evaluate', ...args], folder);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
    expect(code).toBe(2);
  });

  it.each<[string, string[], RegExp]>([
    [
      'softmax of what judges an action',
      ['good', '--estimate', 'wis,dr', '--softmax'],
      /about one that draws.*Leave out --softmax/,
    ],
    [
      'critics by another discount',
      ['good', '--estimate', 'initial-value', '--discount', '0.5'],
      /no estimate/,
    ],
  ])('does not mix %s', async (_, args, message) => {
    const { stdout, stderr } = await lamoHere(['evaluate', ...args], folder);
    expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(message);
  });

  it('asks critics by the discount that they learned, and draws by softmax if told to', async () => {
    const { stdout } = await lamoSucceedsHere(['evaluate', 'good', '--estimate', 'initial-value'], folder);
    expect(stdout).toMatch(/Initial value +[\d.]+/);
    const soft = await lamoSucceedsHere(
      ['evaluate', 'good', '--estimate', 'wis', '--softmax', '--json'],
      folder,
    );
    const [estimate] = JSON.parse(soft.stdout).runs[0].estimates;
    expect(estimate.basis.probabilities).toBe('softmax');
    expect(estimate.value).toBeLessThan(1);
  });

  it('refuses a policy with a memory, and says what to do', async () => {
    writeFileSync(
      inFolder('days.csv'),
      [
        'day,x,action,reward,end',
        ...Array.from(
          { length: 40 },
          (_, i) => `${Math.floor(i / 4)},${i % 4},${(i % 3) / 3},1,${i % 4 === 3}`,
        ),
      ].join('\n'),
    );
    const days = ['--dataset', 'days.csv', '--observation', 'x', '--episode', 'day', '--terminated', 'end'];
    await lamoSucceedsHere(
      ['train', 'dt', ...days, '--steps', '2', '--width', '8', '--layers', '1', '--out', 'memory'],
      folder,
    );
    const refused = await lamoHere(['evaluate', 'memory', '--estimate', 'wis'], folder);
    expectRefusal(refused, /The policy of memory has a memory.*Judge it in an environment/);
  });

  it('does not judge by a log that was changed without a word, nor by other categories', async () => {
    const log = readFileSync(inFolder('offers.csv'), 'utf8');
    appendFileSync(inFolder('offers.csv'), '\nsun,hat,1,0,0.3333333');
    const changed = await lamoHere(['evaluate', 'good', '--estimate', 'wis'], folder);
    expectRefusal(changed, /not what the run learned from.*--dataset/);
    await lamoSucceedsHere(['evaluate', 'good', '--estimate', 'wis', '--dataset', 'offers.csv'], folder);
    writeFileSync(inFolder('hail.csv'), log.replaceAll('rain', 'hail'));
    const hail = await lamoHere(['evaluate', 'good', '--estimate', 'wis', '--dataset', 'hail.csv'], folder);
    expectRefusal(hail, /categories are others.*rain.*hail/);
    writeFileSync(inFolder('offers.csv'), log);
    expect(existsSync(inFolder('good', 'log-estimates.jsonl.lock'))).toBe(false);
  });
});
