import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { loadGpt2, loadTokenizer } from '@lamo/models';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { built } from './built';
import { expectRefusal, lamoSucceeds, stopAll, stopAtCheckpoint } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const STEPS = 120;
const folder = mkdtempSync(join(tmpdir(), 'lamo-pretrain-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const readLines = (...names: string[]) =>
  readFileSync(inFolder(...names), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const tiny = ['--width', '16', '--layers', '1', '--heads', '2', '--context', '32', '--vocabulary', '270'];

/** Logging, checkpoints and snapshots fall on different steps on purpose. */
function pretrainArgs(out: string, ...more: string[]): string[] {
  return [
    ...[
      'pretrain',
      '--text',
      'text.txt',
      '--steps',
      `${STEPS}`,
      '--seed',
      '3',
      '--out',
      out,
      '--threads',
      '1',
    ],
    ...[...tiny, '--batch-size', '4', '--learning-rate', '0.01', '--warmup-steps', '5'],
    ...['--log-every', '25', '--checkpoint-every', '14', '--snapshot-every', '50', ...more],
  ];
}

beforeAll(async () => {
  process.env.XDG_CACHE_HOME = inFolder('cache');
  const rng = Rng.fromSeed(1);
  const words = ['the', 'cat', 'dog', 'sees', 'hears', 'a', 'bird', 'and', 'sings'];
  const sentence = () => Array.from({ length: 8 }, () => words[rng.integer(words.length)]).join(' ');
  writeFileSync(inFolder('text.txt'), Array.from({ length: 400 }, () => `${sentence()} .\n`).join(''));
  await lamoSucceeds(pretrainArgs('reference'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo pretrain', () => {
  it('leaves a folder with the story of the run, its models, and their perplexity', async () => {
    expect(readdirSync(inFolder('reference')).sort()).toEqual([
      ...['checkpoints', 'manifest.json', 'metrics.jsonl', 'model', 'perplexity.jsonl', 'snapshots'],
      ...['timing.jsonl', 'tokenizer'],
    ]);
    const manifest = JSON.parse(readFileSync(inFolder('reference', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      algorithm: 'pretrain',
      config: { batchSize: 4, learningRate: 0.01, weightDecay: 0.1, width: 16, layers: 1, heads: 2 },
      text: { sources: [inFolder('text.txt')], heldOut: 0.05, shuffleSeed: null },
      tokenizer: { from: null, vocabularySize: 270 },
    });
    expect(readLines('reference', 'metrics.jsonl').map(({ step }) => step)).toEqual([25, 50, 75, 100, 120]);
    const perplexities = readLines('reference', 'perplexity.jsonl');
    expect(perplexities.map(({ step }) => step)).toEqual([0, 50, 100, 120]);
    // Untrained, every token of the vocabulary is about as likely as any other.
    expect(perplexities[0].perplexity).toBeGreaterThan(250);
    expect(perplexities.at(-1).perplexity).toBeLessThan(40);
  });

  it('saves models that load with their tokenizers, the last one twice', async () => {
    expect(readdirSync(inFolder('reference', 'snapshots')).sort()).toEqual(['0', '100', '120', '50']);
    const last = await loadGpt2(inFolder('reference', 'snapshots', '120'));
    expect(await loadGpt2(inFolder('reference', 'model'))).toEqual(last);
    expect(await loadGpt2(inFolder('reference', 'snapshots', '0'))).not.toEqual(last);
    const tokenizer = await loadTokenizer(inFolder('reference', 'snapshots', '50'));
    expect(tokenizer.decode(tokenizer.encode('the cat sings'))).toBe('the cat sings');
  });

  it.each([
    ['SIGKILL', 'killed', null],
    ['SIGINT', 'stopped', 130],
  ] as const)('comes to the same end after %s', async (signal, out, code) => {
    const outcome = await stopAtCheckpoint(pretrainArgs(out), folder, signal);
    expect(outcome.code).toBe(code);
    if (code !== null) expect(outcome.stderr).toContain(`To continue: lamo pretrain --resume ${out}`);
    expect(existsSync(inFolder(out, 'model'))).toBe(false);

    await lamoSucceedsHere(['pretrain', '--resume', out], folder);
    expect(runContents(inFolder(out))).toEqual(runContents(inFolder('reference')));
  });

  it('trains several seeds as each alone, sums them up, and continues by --resume with the same settings only', async () => {
    const { stdout } = await lamoSucceedsHere(pretrainArgs('seeds', '--seeds', '2'), folder);
    expect(stdout).toMatch(/seed +perplexity +nats per token.*^perplexity .* over 2 seeds at step 120$/ms);
    const runs = readdirSync(inFolder('seeds')).map((name) => join('seeds', name));
    expect(runs).toEqual([3, 4].map((seed) => expect.stringMatching(`^seeds.pretrain-text-\\w+-s${seed}$`)));
    expect(runContents(inFolder(runs[0]!))).toEqual(runContents(inFolder('reference')));

    rmSync(inFolder(runs[1]!), { recursive: true });
    const again = await lamoSucceedsHere(pretrainArgs('seeds', '--seeds', '2', '--resume'), folder);
    expect(again.stderr.match(/^seed \d +finished$/gm)).toEqual(['seed 4  finished']);
    expect(again.stdout).toContain('over 2 seeds');
    const other = await lamoHere(
      pretrainArgs('reference', '--resume', '--shuffle-tokens', '--vocabulary', '300'),
      folder,
    );
    expectRefusal(
      other,
      /other settings/,
      /--shuffle-tokens false, vocabulary 270, received --shuffle-tokens true, vocabulary 300/,
    );
    const unread = await lamoHere([...pretrainArgs('none', '--seeds', '2'), '--text', 'nowhere.txt'], folder);
    expectRefusal(unread, /nowhere\.txt/);
    expect(existsSync(inFolder('none'))).toBe(false);
  });

  it('does not replace the model that it is to begin with', async () => {
    const args = ['pretrain', '--text', 'text.txt', '--steps', '2', '--context', '32', '--overwrite'];
    const from = ['--initialise-from', 'reference', '--out', 'reference'];
    expectRefusal(await lamoHere([...args, ...from], folder), /--overwrite would delete .*reference.model/);
    expect(existsSync(inFolder('reference', 'model', 'model.safetensors'))).toBe(true);
  });

  it('learns less from shuffled tokens, and continues from a snapshot', async () => {
    await lamoSucceedsHere(pretrainArgs('shuffled', '--shuffle-tokens'), folder);
    const [plain, shuffled] = ['reference', 'shuffled'].map((run) => readLines(run, 'perplexity.jsonl'));
    expect(shuffled!.at(-1).perplexity).toBeGreaterThan(plain!.at(-1).perplexity);

    const from = ['--text', 'text.txt', '--initialise-from', 'reference/snapshots/50', '--context', '32'];
    await lamoSucceedsHere(
      ['pretrain', ...from, '--steps', '2', '--batch-size', '4', '--out', 'further'],
      folder,
    );
    const [start] = readLines('further', 'perplexity.jsonl');
    expect(start).toEqual({ ...readLines('reference', 'perplexity.jsonl')[1], step: 0 });
  });

  it('continues with a model whose folder was named from elsewhere, and warns of text on both sides', async () => {
    const args = ['pretrain', '--text', 'text.txt', '--held-out-text', 'text.txt', '--context', '32'];
    const more = ['--initialise-from', 'reference', '--steps', '1', '--out', 'both', '--threads', '1'];
    const { stderr } = await lamoSucceedsHere([...args, ...more], folder);
    expect(stderr).toMatch(/warning: The held-out text is the text that is learned from, text\.txt/);
    expect(stderr).toMatch(/step 1 {2}perplexity .*nats per token, [\d,]+ held-out blocks\)/);
    const resumed = ['train', '--resume', inFolder('both'), '--steps', '2'];
    await lamoSucceedsHere(resumed, inFolder('reference'));
    expect(readLines('both', 'perplexity.jsonl').map(({ step }) => step)).toEqual([0, 1, 2]);
  });

  it('says what is wrong with flags', async () => {
    const args = ['pretrain', '--text', 'text.txt', '--steps', '2', '--out', 'x'];
    const { code, stderr } = await lamoHere(
      [...args, '--initialise-from', 'nano', '--vocabulary', '300'],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/--initialise-from has its own/);
  });

  it('says what is wrong with texts, before it makes a folder', async () => {
    const start = (text: string) =>
      built.startPretraining({
        text: {
          ...{ sources: [text], subset: null, split: null },
          heldOut: 0.1,
          context: 32,
          shuffleSeed: null,
        },
        ...{ tokenizer: 300, config: { width: 8, layers: 1, heads: 1 } },
        ...{ seed: 0, steps: 1, snapshotEvery: 1, logEvery: 1, checkpointEvery: 1 },
        ...{ device: { name: 'cpu' }, out: inFolder('x'), overwrite: false },
      });
    writeFileSync(inFolder('short.txt'), 'too short');
    await expect(start(inFolder('short.txt'))).rejects.toThrow(/short.txt does not fill one block/);
    await expect(start(inFolder('reference', 'snapshots'))).rejects.toThrow(/no text in/);
    expect(existsSync(inFolder('x'))).toBe(false);
  });

  it('tells finished runs from those that can continue', async () => {
    await expect(built.resumeRun(inFolder('reference'))).rejects.toThrow(/has taken its 120 steps/);
  });
});

it('lamo report shows how models were pre-trained, and lamo evaluate says that they do not act', async () => {
  const args = ['report', 'reference', 'shuffled', 'text.txt', '--out', 'report.html', '--json'];
  const { stdout, stderr: warning } = await lamoSucceedsHere(args, folder);
  expect(warning).toMatch(/text\.txt is not a run, and is left out/);
  const { results, models } = JSON.parse(stdout);
  expect(results).toEqual([]);
  // Shuffled text is other text: two tables.
  expect(models).toMatchObject(
    ['reference', 'shuffled'].map((name) => ({
      ...{ data: 'text.txt', step: STEPS, runs: [{ folder: name, seed: 3 }] },
      perplexity: readLines(name, 'perplexity.jsonl').at(-1).perplexity,
    })),
  );
  expect(readFileSync(inFolder('report.html'), 'utf8')).toMatch(/Language models on text\.txt/);
  const { code, stderr } = await lamoHere(['evaluate', 'reference', '--environment', 'hopper-v4'], folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(/is of a run of Pre-training, which has no policy/);
});

describe('lamo generate and lamo perplexity', () => {
  it('continue a text, the same way each time', async () => {
    const args = [
      'generate',
      'nano',
      '--prompt',
      'The game',
      '--tokens',
      '12',
      '--top-k',
      '20',
      '--seed',
      '4',
    ];
    const { stdout } = await lamoSucceedsHere(args, folder);
    expect(stdout).toMatch(/^The game.{5,}\n$/s);
    expect((await lamoSucceedsHere(args, folder)).stdout).toBe(stdout);
  });

  it('continue a text several times', async () => {
    const flags = ['--prompt', 'The game', '--tokens', '5', '--top-p', '0.9', '--samples', '2'];
    const { stdout } = await lamoSucceedsHere(['generate', 'nano', ...flags], folder);
    const [, first, second] = /^--- 1 of 2\nThe game(.+)\n--- 2 of 2\nThe game(.+)\n$/s.exec(stdout) ?? [];
    expect(first).not.toBe(second);
    const asJson = await lamoSucceedsHere(['generate', 'nano', ...flags, '--json'], folder);
    expect(JSON.parse(asJson.stdout)).toEqual({
      ...{ model: 'nano', prompt: 'The game', completions: [first, second], seed: 0 },
    });
  });

  it('continue the prompts of a file, the same however many at once', async () => {
    writeFileSync(join(folder, 'prompts.txt'), 'The game\n\nOnce upon\n');
    const flags = ['--prompts', 'prompts.txt', '--tokens', '5', '--samples', '2'];
    const { stdout } = await lamoSucceedsHere(['generate', 'nano', ...flags], folder);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const completions = [expect.stringMatching(/./), expect.stringMatching(/./)];
    expect(rows).toEqual([
      { prompt: 'The game', completions },
      { prompt: 'Once upon', completions },
    ]);
    const asJson = await lamoSucceedsHere(
      ['generate', 'nano', ...flags, '--batch-size', '3', '--json'],
      folder,
    );
    expect(JSON.parse(asJson.stdout)).toEqual({ model: 'nano', seed: 0, prompts: rows });
  });

  it('refuse prompts of both kinds, and shares that leave nothing', async () => {
    const both = await lamoHere(['generate', 'nano', '--prompts', 'x.txt', '--prompt', 'y'], folder);
    expect(both).toMatchObject({ code: 2, stdout: '' });
    expect(both.stderr).toMatch(/'--prompts <file>' cannot be used with option '--prompt <text>'/);
    const none = await lamoHere(['generate', 'nano', '--samples', '2', '--top-p', '0'], folder);
    expectRefusal(none, /--top-p.*above 0, at most 1/s);
    const missing = await lamoHere(['generate', 'nano', '--prompts', 'x.txt'], folder);
    expectRefusal(missing, /x\.txt does not exist/);
  });

  it('measure what pre-training measured', async () => {
    const { stdout } = await lamoSucceedsHere(['perplexity', 'reference', '--text', 'text.txt'], folder);
    const [, perplexity] = /^perplexity ([\d.]+) /.exec(stdout) ?? [];
    // Most of this text was trained on, the measured part was not: not equal, but near.
    expect(Number(perplexity) / readLines('reference', 'perplexity.jsonl').at(-1).perplexity).toBeCloseTo(
      1,
      0,
    );
  });
});
