import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, stopAll, stopAtCheckpoint } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-tune-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const lines = (name: string) => readFileSync(inFolder(name), 'utf8').trim().split('\n');
const DATA = ['--completions', 'a.jsonl', '--held-out', '0.1', '--threads', '1'];

beforeAll(() => {
  const words = ['red', 'green', 'blue', 'black', 'white', 'grey'];
  const examples = words.flatMap((one) =>
    words.map((other) => ({ prompt: `Say ${one} and ${other}:`, completion: ` ${one} ${other}` })),
  );
  writeFileSync(inFolder('a.jsonl'), `${examples.map((each) => JSON.stringify(each)).join('\n')}\n`);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo tune', () => {
  it('is lamo train with what a fine-tuning usually wants', async () => {
    await lamoSucceedsHere(['tune', 'nano', ...DATA, '--out', 'tuned'], folder);
    // 36 examples three times over, eight at once.
    const steps = ['--steps', '14', '--warmup-steps', '2', '--learning-rate', '7.2e-3'];
    const usual = [...steps, '--initialise-from', 'nano', '--lora-rank', '8', '--sample-prompts', '3'];
    await lamoSucceedsHere(['train', 'sft', ...DATA, ...usual, '--out', 'plain'], folder);
    expect(runContents(inFolder('tuned'))).toEqual(runContents(inFolder('plain')));
  });

  it('shows what each snapshot makes of prompts that were held out', async () => {
    const { stderr } = await lamoSucceedsHere(
      ['tune', 'nano', ...DATA, '--out', 'shown', '--learning-rate', '1e-2', '--epochs', '12'],
      folder,
    );
    const records = lines('shown/perplexity.jsonl').map((line) => JSON.parse(line));
    const known = new Map(
      lines('a.jsonl').map((line) => Object.values(JSON.parse(line)) as [string, string]),
    );
    for (const { samples } of records) {
      expect(samples).toHaveLength(3);
      for (const { prompt, wanted } of samples) expect(known.get(prompt)).toBe(wanted);
    }
    const { prompt, completion } = records.at(-1).samples[0];
    expect(completion).not.toBe(records[0].samples[0].completion);
    const flags = ['--prompt', prompt, '--temperature', '0', '--tokens', '32'];
    const { stdout } = await lamoSucceedsHere(['generate', 'shown', ...flags], folder);
    expect(stdout).toBe(`${prompt}${completion}\n`);
    expect(stderr).toMatch(/step 54 {2}perplexity .*\n {2}Say \w+ and \w+: → \w+/);
  });

  it('trains all weights with rank 0, at the learning rate of the method', async () => {
    const args = ['tune', 'nano', ...DATA, '--method', 'iq-learn', '--lora-rank', '0', '--steps', '2'];
    await lamoSucceedsHere([...args, '--sample-prompts', '0', '--out', 'whole'], folder);
    const { algorithm, config, steps } = JSON.parse(readFileSync(inFolder('whole/manifest.json'), 'utf8'));
    expect({ algorithm, steps }).toEqual({ algorithm: 'iq-learn', steps: 2 });
    expect(config).toMatchObject({ loraRank: 0, learningRate: 1e-4, initialiseFrom: 'nano' });
    expect(existsSync(inFolder('whole/adapter'))).toBe(false);
    expect(lines('whole/perplexity.jsonl')[0]).not.toContain('samples');
  });

  it('goes on where it was killed, by the same command', async () => {
    const args = (out: string) => [
      'tune',
      'nano',
      ...DATA,
      '--steps',
      '14',
      '--checkpoint-every',
      '7',
      '--out',
      out,
    ];
    await stopAtCheckpoint(args('killed'), folder);
    await lamoSucceedsHere([...args('killed'), '--resume'], folder);
    await lamoSucceedsHere(args('undisturbed'), folder);
    expect(runContents(inFolder('killed'))).toEqual(runContents(inFolder('undisturbed')));
    const other = await lamoHere([...args('killed'), '--resume', '--sample-prompts', '2'], folder);
    expectRefusal(other, /Expected --sample-prompts 3, received --sample-prompts 2/);
  });

  it('says what is wrong, before it makes a folder', async () => {
    for (const [args, message] of [
      [['nano', ...DATA, '--method', 'td3-bc'], /Expected one of .*iq-learn.*sft/],
      [['nano', ...DATA, '--epochs', '0'], /--epochs must be a number above 0/],
      [['nano', ...DATA, '--epochs', '2', '--steps', '3'], /cannot be used with/],
      [['nano'], /--completions <files...> is needed/],
      [DATA, /missing required argument 'model'/],
      [['nano', ...DATA, '--residual-weight', '1'], /unknown option '--residual-weight'/],
    ] as const) {
      const { code, stderr } = await lamoHere(['tune', ...args, '--out', 'x'], folder);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
    expectRefusal(await lamoHere(['tune', 'nanno', ...DATA, '--out', 'x'], folder), /nano/);
    const missing = ['tune', 'nano', '--completions', 'none.jsonl', '--out', 'x'];
    expectRefusal(await lamoHere(missing, folder), /none\.jsonl does not exist/);
    expect(existsSync(inFolder('x'))).toBe(false);
  });
});
