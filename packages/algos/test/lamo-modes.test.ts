import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { createDataset, openDrawnText } from '@lamo/data';
import { gpt2Config, initGpt2, nanoModelFolder, saveGpt2, saveStateTokenizer } from '@lamo/models';
import { openDevice, type Tree, treeEntries } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHub } from '../../../test/hub-server';
import { lamo } from '../src/algorithms/lamo';
import { wikiRl } from '../src/algorithms/wiki-rl';
import type { TrainingHeader } from '../src/engine/checkpoint-header';
import { loadResult } from '../src/engine/load-result';
import { train } from '../src/engine/train';

/** Ten episodes of four steps in which the best action is half the observation. */
function dataset() {
  const rng = Rng.fromSeed(1);
  const observations = Float32Array.from({ length: 40 }, () => rng.uniform(-1, 1));
  return createDataset({
    name: 'halves',
    observationSize: 1,
    actionSize: 1,
    observations,
    actions: observations.map((value) => value / 2),
    rewards: new Float32Array(40).fill(1),
    terminated: Uint8Array.from({ length: 40 }, (_, row) => (row % 4 === 3 ? 1 : 0)),
    truncated: new Uint8Array(40),
  });
}

const small = { batchSize: 4, contextLength: 2, maxTimesteps: 5 };

/** Trains a few steps; returns the state before and after by path, and the last metrics. */
async function trained(config: Record<string, unknown>, steps = 2, algorithm = lamo) {
  const run = await train(algorithm as typeof lamo, dataset(), { steps, config: { ...small, ...config } });
  const before = new Map(treeEntries(await run.state()));
  let metrics: Readonly<Record<string, number>> = {};
  for await (const step of run) metrics = step.metrics;
  const after = new Map(treeEntries(await run.state()));
  await run.dispose();
  const changed = [...after.keys()].filter(
    (path) =>
      path.startsWith('parameters/') && after.get(path)!.data.join() !== before.get(path)!.data.join(),
  );
  return { state: after, changed, metrics };
}

const inTransformer = (paths: readonly string[]) =>
  paths.filter((path) => path.startsWith('parameters/transformer/'));

describe('what trains inside the backbone', () => {
  it('is adapters and the biases beside them, with nothing else in the state', async () => {
    const { state, changed } = await trained({});
    const kinds = new Set(inTransformer([...state.keys()]).map((path) => path.split('/').slice(4).join('/')));
    expect(kinds).toEqual(new Set(['attn/c_attn/lora_A', 'attn/c_attn/lora_B', 'attn/c_attn/bias']));
    // With B still 0, A gets no gradient in the first step; in the second it does.
    expect(inTransformer(changed)).toHaveLength(4 * 3);
  });

  it('has moments for what trains, and for no frozen weight', async () => {
    const { state } = await trained({});
    const trainable = [...state].filter(([path]) => path.startsWith('parameters/'));
    const size = trainable.reduce((sum, [, { data }]) => sum + data.length, 0);
    expect(state.get('optimizer/all/first')!.shape).toEqual([size]);
  });

  it('is everything with full', async () => {
    const { changed } = await trained({ adaptation: 'full' });
    expect(inTransformer(changed)).toHaveLength(4 * 12 + 2);
  });

  it('is nothing with frozen', async () => {
    const { state, changed } = await trained({ adaptation: 'frozen' });
    expect(inTransformer([...state.keys()])).toEqual([]);
    expect(changed.length).toBeGreaterThan(0);
  });

  it('is what adapt lists with selective', async () => {
    const { changed } = await trained({ adaptation: 'selective', adapt: ['norms'] });
    expect(inTransformer(changed)).toHaveLength(4 * 4 + 2);
    expect(inTransformer(changed).every((path) => /ln_[12f]\/(weight|bias)$/.test(path))).toBe(true);
  });

  it('must be something where selective is asked for', async () => {
    await expect(trained({ adaptation: 'selective' })).rejects.toThrow(
      /'adapt' does not go with adaptation 'selective'. Expected some of norms, attention/,
    );
    await expect(trained({ adaptation: 'full', adapt: ['norms'] })).rejects.toThrow(
      /'adapt' does not go with adaptation 'full'. Expected an empty list/,
    );
  });
});

describe('the language loss', () => {
  let folder: string;
  const cache = process.env.XDG_CACHE_HOME;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamo-text-'));
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    const line = 'The cat sat on the mat , and the dog looked on while it rained in the town .\n';
    writeFileSync(join(folder, 'text.txt'), line.repeat(200));
  });
  afterAll(() => {
    process.env.XDG_CACHE_HOME = cache;
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    rmSync(folder, { recursive: true });
  });
  const text = () => ({ text: join(folder, 'text.txt'), textWeight: 0.1, textLength: 32 });

  it.each([
    ['LaMo', lamo],
    ['Wiki-RL', wikiRl],
  ])('is learnt beside the actions by %s', async (_, algorithm) => {
    const config = { ...text(), learningRate: 1e-2, warmupSteps: 0, textWeight: 1 };
    const early = await trained(config, 1, algorithm as unknown as typeof lamo);
    const late = await trained(config, 20, algorithm as unknown as typeof lamo);
    // The text is one sentence over and over: two dozen words, not four thousand tokens.
    expect(late.metrics.textLoss!).toBeLessThan(early.metrics.textLoss! - 1);
  });

  it('continues with the text where a checkpoint was taken', async () => {
    const config = { ...small, ...text() };
    const whole = await train(lamo, dataset(), { steps: 4, config });
    const expected = [];
    for await (const step of whole) expected.push(step);
    const half = await train(lamo, dataset(), { steps: 2, config });
    for await (const _ of half);
    const resumed = await train(lamo, dataset(), { steps: 4, resume: await half.checkpoint() });
    const received = [];
    for await (const step of resumed) received.push(step);
    expect(received).toEqual(expected.slice(2));
    for (const run of [whole, half, resumed]) await run.dispose();
  });

  it.each([
    ['LaMo', lamo],
    ['Wiki-RL', wikiRl],
  ])(
    'of %s reads states with a backbone that was pre-trained on them, and asks for them where language is given',
    async (_, algorithm) => {
      const backbone = join(folder, 'chain');
      const drawn = openDrawnText('markov-chain:states=6,tokens=2000')!;
      const sizes = gpt2Config({ vocabSize: drawn.states, nPositions: 32, nEmbd: 8, nLayer: 1, nHead: 1 });
      saveStateTokenizer(backbone, drawn);
      saveGpt2(backbone, { config: sizes, parameters: initGpt2(sizes, Rng.fromSeed(0)) });
      const config = { backbone, textWeight: 0.1 };
      const { metrics } = await trained(
        { ...config, text: drawn.name },
        1,
        algorithm as unknown as typeof lamo,
      );
      // Untrained, each state is about as likely as any other.
      expect(metrics.textLoss!).toBeCloseTo(Math.log(6), 1);
      await expect(trained(config, 1, algorithm as unknown as typeof lamo)).rejects.toMatchObject({
        code: 'no-language',
        received: 'wikitext',
        hint: expect.stringContaining("Set text to 'markov-chain:states=6,tokens=2000'"),
      });
    },
  );

  it('is not needed to act', async () => {
    const own = { ...text(), text: join(folder, 'copy.txt') };
    copyFileSync(join(folder, 'text.txt'), own.text);
    const run = await train(lamo, dataset(), { steps: 1, config: { ...small, ...own } });
    for await (const _ of run);
    const checkpoint = await run.checkpoint();
    await run.dispose();
    rmSync(own.text);
    const policy = await loadResult(lamo, checkpoint, await openDevice('cpu'));
    policy.reset(1);
    expect(await policy.act(new Float32Array(1), new Float32Array(1))).toHaveLength(1);
    await policy.dispose();
  });

  it('refuses blocks that are longer than the backbone has positions', async () => {
    await expect(trained({ ...text(), textPositions: true, textLength: 300 })).rejects.toThrow(
      /textLength of at most 256.*received 300/,
    );
  });

  it('says what is wrong with a folder without text', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    await expect(trained({ ...text(), text: empty })).rejects.toThrow(
      expect.objectContaining({ code: 'no-text' }),
    );
  });

  it('reads nothing where its weight is 0', async () => {
    const { metrics } = await trained({ ...text(), textWeight: 0, text: '/nowhere' });
    expect(Object.keys(metrics)).not.toContain('textLoss');
  });
});

describe('a backbone from the hub', () => {
  it('is fetched, with the caller looking on, and its sizes are used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamo-hub-'));
    const names = ['config.json', 'model.safetensors'];
    const contents = names.map((name) => [name, readFileSync(join(nanoModelFolder(), name))] as const);
    const hub = await startHub('someone/nano', Object.fromEntries(contents));
    const former = { ...process.env };
    try {
      process.env.HF_ENDPOINT = hub.endpoint;
      process.env.HF_HOME = join(folder, 'cache');
      const files = new Set<string>();
      const loading = { onDownload: ({ file }: { file: string }) => void files.add(file) };
      const config = { ...small, backbone: 'someone/nano' };
      const run = await train(lamo, dataset(), { steps: 1, config, loading });
      const other = await train(lamo, dataset(), { steps: 1, config: small });
      expect(files).toEqual(new Set(names));
      const paths = (tree: Tree<unknown>) => treeEntries(tree).map(([path]) => path);
      expect(paths(await run.state())).toEqual(paths(await other.state()));
      for (const each of [run, other]) await each.dispose();
    } finally {
      process.env = former;
      await hub.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused under a checkpoint if it is no longer the one that the training began with', async () => {
    const run = await train(lamo, dataset(), { steps: 1, config: small });
    for await (const _ of run);
    const checkpoint = await run.checkpoint();
    await run.dispose();
    const header = { ...(checkpoint.header as TrainingHeader), frozen: 'another' };
    const resume = { ...checkpoint, header };
    await expect(train(lamo, dataset(), { steps: 2, resume })).rejects.toThrow(
      /pre-trained weights, a policy\) is not what it began with/,
    );
    await expect(loadResult(lamo, resume, await openDevice('cpu'))).rejects.toThrow(
      expect.objectContaining({ code: 'checkpoint-mismatch' }),
    );
  });
});
