import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { loadGpt2 } from '@lamo/models';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { built } from './built';
import { expectRefusal, lamoSucceeds, stopAll, stopAtCheckpoint } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const STEPS = 80;
const folder = mkdtempSync(join(tmpdir(), 'lamo-sft-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const readLines = (...names: string[]) =>
  readFileSync(inFolder(...names), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const WORDS = ['red', 'green', 'blue', 'black', 'white', 'grey'];

/** Two colours, to be said again. */
const example = (i: number) => ({
  prompt: `Say ${WORDS[i % 6]} and ${WORDS[Math.floor(i / 6) % 6]}:`,
  completion: ` ${WORDS[i % 6]} ${WORDS[Math.floor(i / 6) % 6]}`,
});

/** Logging, checkpoints and snapshots fall on different steps on purpose. */
function sftArgs(out: string, ...more: string[]): string[] {
  return [
    ...[
      'train',
      'sft',
      '--completions',
      'a.jsonl',
      'b.jsonl',
      '--initialise-from',
      'nano',
      '--held-out',
      '0.1',
    ],
    ...['--steps', `${STEPS}`, '--seed', '3', '--threads', '1', '--out', out],
    ...['--batch-size', '4', '--learning-rate', '2e-3', '--warmup-steps', '5'],
    ...['--log-every', '25', '--checkpoint-every', '14', '--snapshot-every', '50', ...more],
  ];
}

beforeAll(async () => {
  const rng = Rng.fromSeed(1);
  const order = rng.shuffle(Array.from({ length: 36 }, (_, i) => i));
  const lines = order.map((i) => `${JSON.stringify(example(i))}\n`);
  writeFileSync(inFolder('a.jsonl'), lines.slice(0, 20).join(''));
  writeFileSync(inFolder('b.jsonl'), lines.slice(20).join(''));
  await lamoSucceeds(sftArgs('reference'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo train sft', () => {
  it('leaves a folder with the story of the run, its models, and their perplexity on held-out examples', async () => {
    expect(readdirSync(inFolder('reference')).sort()).toEqual([
      ...['checkpoints', 'manifest.json', 'metrics.jsonl', 'model', 'perplexity.jsonl', 'snapshots'],
      ...['timing.jsonl', 'tokenizer'],
    ]);
    const manifest = JSON.parse(readFileSync(inFolder('reference', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      algorithm: 'sft',
      config: { batchSize: 4, learningRate: 2e-3, weightDecay: 0, initialiseFrom: 'nano' },
      completions: {
        files: [inFolder('a.jsonl'), inFolder('b.jsonl')],
        ...{ promptField: 'prompt', completionField: 'completion', tooLong: 'refuse' },
        ...{ heldOut: 0.1, examples: 32, heldOutExamples: 4 },
      },
    });
    const { nPositions } = (await loadGpt2(inFolder('reference', 'model'))).config;
    expect(manifest.completions.context).toBe(nPositions);
    const perplexities = readLines('reference', 'perplexity.jsonl');
    expect(perplexities.map(({ step }) => step)).toEqual([0, 50, 80]);
    expect(perplexities[0].perplexity).toBeGreaterThan(50);
    expect(perplexities.at(-1).perplexity).toBeLessThan(10);
  });

  it('gives a model that completes a prompt, and ends by itself', async () => {
    for (const model of ['reference', 'reference/model']) {
      const args = ['generate', model, '--prompt', example(8).prompt, '--temperature', '0'];
      const { stdout } = await lamoSucceedsHere(args, folder);
      const { prompt, completion } = example(8);
      expect(stdout).toBe(`${prompt}${completion}\n`);
    }
  });

  it.each([
    ['SIGKILL', 'killed', null],
    ['SIGINT', 'stopped', 130],
  ] as const)('comes to the same end after %s', async (signal, out, code) => {
    const outcome = await stopAtCheckpoint(sftArgs(out), folder, signal);
    expect(outcome.code).toBe(code);
    if (code !== null) expect(outcome.stderr).toContain(`To continue: lamo train --resume ${out}`);
    expect(existsSync(inFolder(out, 'model'))).toBe(false);

    // Files that changed meanwhile are noticed, and then nothing happens.
    const text = readFileSync(inFolder('b.jsonl'), 'utf8');
    writeFileSync(inFolder('b.jsonl'), text.replace('blue', 'blau'));
    expectRefusal(
      await lamoHere(['train', '--resume', out], folder),
      /b\.jsonl are not what the run was started with/,
    );
    rmSync(inFolder('b.jsonl'));
    expectRefusal(
      await lamoHere(['train', '--resume', out], folder),
      /b\.jsonl does not exist.* Put moved files of text back/s,
    );
    writeFileSync(inFolder('b.jsonl'), text);

    await lamoSucceedsHere(['train', '--resume', out], folder);
    expect(runContents(inFolder(out))).toEqual(runContents(inFolder('reference')));
    await expect(built.resumeRun(inFolder(out))).rejects.toThrow(/has taken its 80 steps/);
  });

  it('is not taken for the run of another algorithm, on other data', async () => {
    await lamoSucceedsHere(['collect', 'cartpole-v1', '--rows', '60', '--out', 'pole.hdf5'], folder);
    const before = runContents(inFolder('reference'));
    const bc = ['train', 'bc', '--dataset', 'pole.hdf5', '--steps', '10', '--out', 'reference', '--resume'];
    expectRefusal(await lamoHere(bc, folder), /other settings.*algorithm "sft".*algorithm "bc"/);
    expect(runContents(inFolder('reference'))).toEqual(before);
  });

  it('begins with the parameters of another run, and measures on files of their own, however long', async () => {
    writeFileSync(
      inFolder('held-out.jsonl'),
      `${JSON.stringify({ prompt: `${'Well, '.repeat(12)}say red and red:`, completion: ' red red' })}\n`,
    );
    const held = ['--held-out-completions', 'held-out.jsonl', '--initial', 'reference', '--steps', '2'];
    const args = sftArgs('further', ...held);
    const both = await lamoHere(args, folder);
    expect(both.code).toBe(2);
    expect(both.stderr).toMatch(/'--held-out-completions .*' cannot be used with option '--held-out /);
    const share = args.indexOf('--held-out');
    await lamoSucceedsHere([...args.slice(0, share), ...args.slice(share + 2)], folder);
    const [first] = readLines('further', 'perplexity.jsonl');
    // Two colours and the end.
    expect(first).toMatchObject({ step: 0, tokens: 3 });
    const parameters = ['further/snapshots/0', 'reference/model'].map((name) => loadGpt2(inFolder(name)));
    expect((await parameters[0])!.parameters).toEqual((await parameters[1])!.parameters);
  });

  it('says how many held-out examples there are, and which of them are learned, too', async () => {
    const line = (i: number) => `${JSON.stringify(example(i))}\n`;
    writeFileSync(inFolder('learned.jsonl'), [0, 1, 2].map(line).join(''));
    writeFileSync(inFolder('measured.jsonl'), [3, 1].map(line).join(''));
    const files = ['--completions', 'learned.jsonl', '--held-out-completions', 'measured.jsonl'];
    const model = ['--initialise-from', 'nano', '--steps', '1', '--out', 'known', '--threads', '1'];
    const { stderr } = await lamoSucceedsHere(['train', 'sft', ...files, ...model], folder);
    expect(stderr).toMatch(
      /warning: 1 of 2 held-out examples of measured\.jsonl are also among .*of learned\.jsonl; the first is in line 2 of measured\.jsonl/,
    );
    expect(stderr).toMatch(/step 1 {2}perplexity .*nats per token, 2 held-out examples\)/);
  });

  it('trains a new model, too, if it is given a tokenizer', async () => {
    const args = [
      'train',
      'sft',
      '--completions',
      'a.jsonl',
      '--tokenizer',
      'nano',
      '--width',
      '8',
      '--layers',
      '1',
    ];
    await lamoSucceedsHere(
      [...args, '--heads', '1', '--steps', '2', '--out', 'new', '--threads', '1'],
      folder,
    );
    const made = async (out: string) => (await loadGpt2(inFolder(out, 'model'))).config;
    expect(await made('new')).toMatchObject({ nEmbd: 8, nLayer: 1, nPositions: 256 });
    const short = [...args, '--heads', '1', '--steps', '1', '--threads', '1', '--context', '50'];
    await lamoSucceedsHere([...short, '--out', 'short'], folder);
    expect(await made('short')).toMatchObject({ nPositions: 50 });
  });

  it('refuses what it cannot learn from, before it makes a folder', async () => {
    const refused = async (text: string, ...more: string[]) => {
      writeFileSync(inFolder('bad.jsonl'), text);
      const args = [
        'train',
        'sft',
        '--completions',
        'bad.jsonl',
        '--initialise-from',
        'nano',
        '--steps',
        '2',
      ];
      return lamoHere([...args, '--out', 'x', '--threads', '1', ...more], folder);
    };
    const good = `${JSON.stringify(example(1))}\n`;
    expectRefusal(await refused(`${good}{"prompt":"a"}`), /`completion` of line 2 of bad\.jsonl/);
    expectRefusal(await refused(good), /at least two different examples/);
    const long = JSON.stringify({ prompt: 'very '.repeat(300), completion: 'long' });
    expectRefusal(await refused(good + long), /line 2 of bad\.jsonl has too many tokens.*--too-long/);
    expectRefusal(
      await refused(good + good + long, '--context', '1000', '--held-out-completions', 'bad.jsonl'),
      /positions/,
    );
    expect(existsSync(inFolder('x'))).toBe(false);
    const cut = await refused(`${good}${JSON.stringify(example(2))}\n${long}`, '--too-long', 'cut-prompt');
    expect(cut.code).toBe(0);
    expect(cut.stderr).toMatch(
      /warning: 1 of 3 examples of bad\.jsonl are longer than \d+ tokens, the first in line 3/,
    );
  });

  it('says what is wrong with flags', async () => {
    const args = ['train', 'sft', '--completions', 'a.jsonl', '--steps', '2', '--out', 'y'];
    for (const [more, message] of [
      [[], /--initialise-from is needed.*--tokenizer/],
      [['--initialise-from', 'nano', '--width', '8'], /--width applies to new models/],
      [['--initialise-from', 'nano', '--too-long', 'cut'], /Expected one of refuse, cut-prompt/],
    ] as const) {
      const { code, stderr } = await lamoHere([...args, ...more], folder);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
    const { stderr } = await lamoHere(['train', 'sft', '--out', 'y'], folder);
    expect(stderr).toMatch(/--steps <steps> and --completions <files...> are needed/);
    expect(existsSync(inFolder('y'))).toBe(false);
  });

  it('trains several seeds as each alone, and goes on by --resume with the same settings only', async () => {
    const { stdout } = await lamoSucceedsHere(sftArgs('seeds', '--seeds', '2'), folder);
    expect(stdout).toMatch(/^perplexity .* over 2 seeds at step 80$/m);
    const [first, ...others] = readdirSync(inFolder('seeds'));
    expect(others).toEqual([expect.stringMatching(/^sft-a-and-1-more-\w+-s4$/)]);
    expect(runContents(inFolder('seeds', first!))).toEqual(runContents(inFolder('reference')));
    const again = await lamoSucceedsHere(sftArgs('seeds', '--seeds', '2', '--resume'), folder);
    expect(again.stdout).toBe(stdout);
    const other = await lamoHere(sftArgs('reference', '--resume', '--too-long', 'cut-prompt'), folder);
    expectRefusal(other, /Expected --too-long "refuse", received --too-long "cut-prompt"/);
  });

  it('finds its run again after the folder was moved', async () => {
    renameSync(inFolder('reference'), inFolder('moved'));
    const { stdout } = await lamoSucceedsHere(['inspect', 'moved'], folder);
    expect(stdout).toMatch(/Supervised fine-tuning after 80 steps on 32 examples of up to/);
    renameSync(inFolder('moved'), inFolder('reference'));
  });
});
