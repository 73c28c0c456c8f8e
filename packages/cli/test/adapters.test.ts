import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { gpt2Config, initGpt2, loadGpt2, loadGpt2Adapter, loadTokenizer, saveGpt2 } from '@lamo/models';
import { importOnnxRuntime } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, stopAll, stopAtCheckpoint } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-adapters-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const WORDS = ['red', 'green', 'blue', 'black', 'white', 'grey'];

const loraArgs = (out: string, ...more: string[]) => [
  ...['train', 'sft', '--completions', 'a.jsonl', '--initialise-from', 'nano', '--held-out', '0.1'],
  ...['--lora-rank', '4', '--lora-targets', 'c_attn,c_fc', '--batch-size', '4', '--learning-rate', '1e-2'],
  ...['--steps', '60', '--warmup-steps', '5', '--threads', '1', '--out', out],
  ...['--log-every', '25', '--checkpoint-every', '14', '--snapshot-every', '30', ...more],
];

beforeAll(async () => {
  const lines = WORDS.flatMap((one) => WORDS.map((other) => [one, other])).map(([one, other]) =>
    JSON.stringify({ prompt: `Say ${one} and ${other}:`, completion: ` ${one} ${other}` }),
  );
  writeFileSync(inFolder('a.jsonl'), `${lines.join('\n')}\n`);
  await lamoSucceedsHere(loraArgs('reference'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

const generate = async (...args: string[]) => {
  const prompt = ['--prompt', 'Say blue and green:', '--temperature', '0', '--tokens', '8'];
  return (await lamoSucceedsHere(['generate', ...args, ...prompt], folder)).stdout;
};

describe('lamo train with --lora-rank', () => {
  it('leaves the merged model, its adapters, and snapshots of adapters alone', async () => {
    expect(readdirSync(inFolder('reference')).sort()).toEqual([
      ...['adapter', 'checkpoints', 'manifest.json', 'metrics.jsonl', 'model', 'perplexity.jsonl'],
      ...['snapshots', 'timing.jsonl', 'tokenizer'],
    ]);
    const files = [
      'adapter_config.json',
      'adapter_model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ];
    for (const place of ['adapter', 'snapshots/0', 'snapshots/30', 'snapshots/60'])
      expect(readdirSync(inFolder('reference', place)).sort(), place).toEqual(files);
    expect(JSON.parse(readFileSync(inFolder('reference/adapter/adapter_config.json'), 'utf8'))).toMatchObject(
      {
        ...{ peft_type: 'LORA', base_model_name_or_path: 'nano', r: 4, lora_alpha: 8 },
        target_modules: ['c_attn', 'c_fc'],
      },
    );
    const size = (...names: string[]) => statSync(inFolder('reference', ...names)).size;
    // Two moments and the weights, of adapters alone.
    const [checkpoint] = readdirSync(inFolder('reference/checkpoints'));
    expect(size('checkpoints', checkpoint!)).toBeLessThan(4 * size('adapter', 'adapter_model.safetensors'));
    expect(size('checkpoints', checkpoint!)).toBeLessThan(size('model', 'model.safetensors') / 10);
    const lines = readFileSync(inFolder('reference/perplexity.jsonl'), 'utf8').trim().split('\n');
    const losses = lines.map((line) => JSON.parse(line).loss);
    expect(losses[2]).toBeLessThan(losses[0] / 2);
  });

  it('has the same model by its run, by its adapters, and by these on the model that is named', async () => {
    const whole = await generate('reference');
    expect(whole).toMatch(/^Say blue and green: .+/);
    expect(await generate('nano')).not.toBe(whole);
    for (const args of [
      ['--adapter', 'reference'],
      ['--adapter', 'reference/adapter'],
      ['nano', '--adapter', 'reference/adapter'],
      ['reference/snapshots/60'],
    ])
      expect(await generate(...args), args.join(' ')).toBe(whole);
    expect(await generate('reference/snapshots/0')).toBe(await generate('nano'));
    writeFileSync(inFolder('text.txt'), 'Say blue and green: blue green\n'.repeat(50));
    const measure = ['perplexity', 'nano', '--text', 'text.txt', '--context', '32'];
    const [plain, adapted] = [
      await lamoSucceedsHere([...measure, '--json'], folder),
      await lamoSucceedsHere([...measure, '--adapter', 'reference', '--json'], folder),
    ];
    expect(JSON.parse(adapted.stdout).loss).not.toBe(JSON.parse(plain.stdout).loss);
  });

  it('comes to the same end after SIGKILL', async () => {
    await stopAtCheckpoint(loraArgs('killed'), folder);
    expect(existsSync(inFolder('killed', 'model'))).toBe(false);
    await lamoSucceedsHere(['train', '--resume', 'killed'], folder);
    expect(runContents(inFolder('killed'))).toEqual(runContents(inFolder('reference')));
  });

  it('goes on for longer, and then has the later adapters', async () => {
    const before = await loadGpt2Adapter(inFolder('reference/adapter'));
    await lamoSucceedsHere(loraArgs('longer'), folder);
    await lamoSucceedsHere(['train', '--resume', 'longer', '--steps', '62'], folder);
    const after = await loadGpt2Adapter(inFolder('longer/adapter'));
    expect(after.config).toEqual(before.config);
    expect(after.tensors).not.toEqual(before.tensors);
    expect(await generate('longer')).toBe(await generate('--adapter', 'longer'));
  });

  it('trains adapters on text, too', async () => {
    const args = ['pretrain', '--text', 'text.txt', '--initialise-from', 'nano', '--lora-rank', '2'];
    const sizes = ['--steps', '2', '--context', '16', '--threads', '1', '--out', 'on-text'];
    await lamoSucceedsHere([...args, ...sizes], folder);
    expect((await loadGpt2Adapter(inFolder('on-text/adapter'))).config.rank).toBe(2);
    expect((await loadGpt2(inFolder('on-text/model'))).config.nEmbd).toBe(128);
  });

  it('says what is wrong with flags, before it makes a folder', async () => {
    const args = ['train', 'sft', '--completions', 'a.jsonl', '--steps', '2', '--out', 'y'];
    const nano = ['--initialise-from', 'nano'];
    for (const [more, message] of [
      [[...nano, '--lora-alpha', '8'], /--lora-alpha is about adapters: give their rank by --lora-rank/],
      [[...nano, '--lora-targets', 'c_fc', '--lora-rank', '0'], /--lora-targets is about adapters/],
      [[...nano, '--lora-rank', '2', '--lora-targets', 'q_proj'], /c_attn, c_proj, c_fc, attn\.c_proj/],
      [[...nano, '--lora-rank', 'few'], /--lora-rank/],
    ] as const) {
      const { code, stderr } = await lamoHere([...args, ...more], folder);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
    expectRefusal(
      await lamoHere([...args, ...nano, '--lora-rank', '-2'], folder),
      /--lora-rank must be .*at least 0/,
    );
    const anew = ['--tokenizer', 'nano', '--lora-rank', '2'];
    expectRefusal(
      await lamoHere([...args, ...anew], folder),
      /Adapters train beside a model.*--initialise-from/,
    );
    expect(existsSync(inFolder('y'))).toBe(false);
  });
});

describe('lamo generate with --adapter', () => {
  it('refuses folders without adapters, those of a model of another size, and those that name no model', async () => {
    const write = ['--prompt', 'a', '--tokens', '1'];
    expectRefusal(
      await lamoHere(['generate', 'nano', '--adapter', 'reference/tokenizer', ...write], folder),
      /reference\/tokenizer.*adapter_config\.json/,
    );
    const sizes = gpt2Config({ vocabSize: 64, nPositions: 16, nEmbd: 8, nLayer: 1, nHead: 1 });
    saveGpt2(inFolder('small'), { config: sizes, parameters: initGpt2(sizes, Rng.fromSeed(1)) });
    expectRefusal(
      await lamoHere(['generate', 'small', '--adapter', 'reference', ...write], folder),
      /h\.0\.attn\.c_attn.*does not match the model.*lora_A \[4, 8\]/,
    );
    const config = JSON.parse(readFileSync(inFolder('reference/adapter/adapter_config.json'), 'utf8'));
    const nameless = inFolder('reference/snapshots/30/adapter_config.json');
    writeFileSync(nameless, JSON.stringify({ ...config, base_model_name_or_path: null }));
    expectRefusal(
      await lamoHere(['generate', 'reference/snapshots/30', ...write], folder),
      /do not say which model they belong to.*lamo generate <model> --adapter/,
    );
    expect(await generate('nano', '--adapter', 'reference/snapshots/30')).toMatch(/^Say blue/);
    const { code, stderr } = await lamoHere(['generate', ...write], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/name a model, or an --adapter/)]);
  });
});

describe('lamo export', () => {
  it('writes the merged model as a run does, and as an ONNX file that writes the same', async () => {
    await lamoSucceedsHere(['export', '--adapter', 'reference', '--out', 'merged'], folder);
    const weights = (name: string) => readFileSync(inFolder(name, 'model.safetensors'));
    expect(weights('merged').equals(weights('reference/model'))).toBe(true);
    expect(await generate('merged')).toBe(await generate('reference'));

    const onnx = ['export', 'reference', '--format', 'onnx', '--context', '40', '--out', 'onnx'];
    await lamoSucceedsHere(onnx, folder);
    expect(readdirSync(inFolder('onnx')).sort()).toEqual([
      ...['model.onnx', 'tokenizer.json', 'tokenizer_config.json'],
    ]);
    const tokenizer = await loadTokenizer(inFolder('onnx'));
    const { InferenceSession, Tensor } = await importOnnxRuntime();
    const session = await InferenceSession.create(inFolder('onnx/model.onnx'));
    const cached = session.inputMetadata.filter(({ name }) => name.startsWith('past_key_values.'));
    let past = Object.fromEntries(
      cached.map((input) => {
        const [, ...shape] = (input as { shape: readonly (number | string)[] }).shape as number[];
        const size = shape.reduce((product, length) => product * length, 1);
        return [input.name, new Tensor('float32', new Float32Array(size), [1, ...shape])];
      }),
    );
    const text = tokenizer.encode('Say blue and green:');
    const given = text.length;
    for (let place = 0; place < given + 7; place++) {
      const one = (value: number) => new Tensor('float32', [value], [1, 1]);
      const ids = { input_ids: one(text[place]!), position_ids: one(place) };
      const { logits, ...present } = await session.run({ ...ids, ...past });
      const named = Object.entries(present).map(([name, value]) => [
        name.replace('present', 'past_key_values'),
        value,
      ]);
      past = Object.fromEntries(named);
      const scores = logits!.data as Float32Array;
      if (place >= given - 1) text.push(scores.indexOf(Math.max(...scores)));
    }
    await session.release();
    const end = text.indexOf(tokenizer.endOfText!);
    const written = tokenizer.decode(end < 0 ? text : text.slice(0, end));
    expect(await generate('reference')).toBe(`${written}\n`);
  });

  it('refuses a folder that has something in it, and a cache without ONNX', async () => {
    expectRefusal(
      await lamoHere(['export', 'nano', '--out', 'reference'], folder),
      /reference exists already/,
    );
    const wide = ['export', 'nano', '--format', 'onnx', '--context', '100000', '--out', 'wide'];
    expectRefusal(await lamoHere(wide, folder), /cannot keep 100000 tokens/);
    expectRefusal(
      await lamoHere(['export', 'nano', '--adapter', 'merged', '--out', 'z'], folder),
      /adapter_config\.json/,
    );
    for (const [args, message] of [
      [['nano', '--context', '5'], /--context is about the cache of --format onnx/],
      [[], /name a model, or an --adapter/],
      [['nano', '--format', 'gguf'], /safetensors, onnx/],
    ] as const) {
      const { code, stderr } = await lamoHere(['export', ...args, '--out', 'z'], folder);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    expect(existsSync(inFolder('z')) || existsSync(inFolder('wide'))).toBe(false);
  });
});
