import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import {
  type DrawnText,
  holdOut,
  independentTokens,
  markovChain,
  type TokenCorpus,
  type TokenCorpusOptions,
  textFromRows,
  tokenCorpus,
} from '@lamo/data';
import {
  evaluatePerplexity,
  type LoadedGpt2,
  loadGpt2,
  loadTokenizer,
  saveStateTokenizer,
} from '@lamo/models';
import { openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointAt, finishTraining } from '../../test/finish-training';
import { type TrainingRun, type TrainOptions, train } from '../engine/train';
import { pretrain } from './pretrain';

const folder = mkdtempSync(join(tmpdir(), 'lamo-pretrain-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Five letters each, a's and b's in orders that one letter does not tell apart. */
const WORDS = ['aabb ', 'abab ', 'abba ', 'baab ', 'baba ', 'bbaa ', 'aaab ', 'bbba '];
const BLOCK = 30;

/** One token per letter: ids 0 to 2. */
const letters = {
  vocabularySize: 3,
  fingerprint: 'letters',
  encode: (text: string) => Array.from(text, (letter) => ' ab'.indexOf(letter)),
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => ' ab'[id]).join(''),
};

const openCorpus = (words: number, seed: number, options: TokenCorpusOptions = {}) => {
  const rng = Rng.fromSeed(seed);
  const text = Array.from({ length: words }, () => WORDS[rng.integer(WORDS.length)]!).join('');
  return tokenCorpus(textFromRows([text]), letters, { cacheFolder: folder, blockLength: BLOCK, ...options });
};

const config = {
  ...{ batchSize: 16, learningRate: 1e-2, warmupSteps: 10 },
  ...{ width: 32, layers: 2, heads: 2, dropout: 0.05, attentionDropout: 0.05 },
};

let corpus: TokenCorpus;
let heldOut: TokenCorpus;
beforeAll(async () => {
  [corpus, heldOut] = [await openCorpus(6000, 1), await openCorpus(600, 2)];
});

type Options = Partial<TrainOptions<typeof pretrain>>;

const start = async (options: Options = {}, text = corpus) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(pretrain, text, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

/** How well the model as it is now predicts text that it was not trained on. */
async function measure(run: TrainingRun<LoadedGpt2>, text = heldOut) {
  const device = await openDevice('cpu', { threads: 1 });
  return evaluatePerplexity(await run.result(), text, { device, batchSize: 16 });
}

describe('pretrain', () => {
  it('learns what follows from several letters before, and does not look ahead', async () => {
    const run = await start({ steps: 300, every: 100 });
    const before = await measure(run);
    // Untrained, all three letters are about as likely.
    expect(before.perplexity).toBeGreaterThan(2.7);
    for await (const _ of run);
    const { loss } = await measure(run);
    await run.dispose();
    // Letters are worth 1.05 nats alone, 0.89 after two others and 0.65 after three.
    // Which of eight words comes cannot be known. A block is six words and its first letter, one of two, is given.
    const least = (6 * Math.log(8) - Math.log(2)) / (BLOCK - 1);
    expect(loss).toBeGreaterThan(least);
    expect(loss).toBeLessThan(1.1 * least);
  });

  it('reports the loss, the norm of the gradient and the learning rate', async () => {
    const { metrics } = await finishTraining(await start({ every: 1 }));
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(metrics[0]!.metrics.loss).toBeCloseTo(Math.log(3), 0);
    expect(metrics[0]!.metrics.gradientNorm).toBeGreaterThan(0);
    const wanted = metrics.map(
      ({ step }) => (step / 10) * 0.005 * (1 + Math.cos((Math.PI * (step - 1)) / 6)),
    );
    // float32, and onnxruntime's cosine.
    expect(metrics.map((each) => each.metrics.learningRate!)).toBeAllClose(wanted, { relative: 1e-4 });
  });

  it('is the same again with the same seed, and another with another', async () => {
    const [one, same, other] = [await start(), await start(), await start({ seed: 2 })];
    const first = await finishTraining(one);
    expect(await finishTraining(same)).toEqual(first);
    expect((await finishTraining(other)).metrics).not.toEqual(first.metrics);
  });

  it('continues from a checkpoint as if it had never stopped', async () => {
    const whole = await finishTraining(await start());
    const rest = await finishTraining(await start({ resume: await checkpointAt(await start(), 4, folder) }));
    expect(rest.metrics).toEqual(whole.metrics.slice(2));
    expect(rest.state).toEqual(whole.state);
  });

  it('gives a model that is as good when it is loaded again, and to train on', async () => {
    const run = await start({ steps: 40 });
    for await (const _ of run);
    const measured = await measure(run);
    await run.save(join(folder, 'model'));
    await run.dispose();
    const loaded = await loadGpt2(join(folder, 'model'));
    const device = await openDevice('cpu', { threads: 1 });
    expect(await evaluatePerplexity(loaded, heldOut, { device, batchSize: 16 })).toEqual(measured);

    const next = await start({ config: { ...config, initialiseFrom: join(folder, 'model') } });
    expect(await measure(next)).toEqual(measured);
    await next.dispose();
  });

  it('trains on shuffled text: the same tokens in each block, in another order', async () => {
    const shuffled = await openCorpus(6000, 1, { shuffleSeed: 5 });
    const [plain, mixed] = [new Float32Array(BLOCK), new Float32Array(BLOCK)];
    for (const block of [0, 7]) {
      corpus.read(block, plain);
      shuffled.read(block, mixed);
      expect(mixed).not.toEqual(plain);
      expect(mixed.toSorted()).toEqual(plain.toSorted());
    }
    const run = await start({ steps: 60 }, shuffled);
    for await (const _ of run);
    // There is nothing to learn but how frequent letters are: spaces are a fifth, a and b two fifths each.
    expect((await measure(run, shuffled)).loss).toBeGreaterThan(1);
    await run.dispose();
  });
});

describe('pretrain on tokens that are not language', () => {
  const blocksOf = async (text: DrawnText) => {
    saveStateTokenizer(join(folder, text.name), text);
    const tokenizer = await loadTokenizer(join(folder, text.name));
    const options = { cacheFolder: folder, blockLength: BLOCK, rowsPerGroup: 'all' } as const;
    return holdOut(await tokenCorpus(text, tokenizer, options), 0.2);
  };
  const lossOf = async (text: DrawnText) => {
    const { training, heldOut } = await blocksOf(text);
    const run = await start({ steps: 200 }, training);
    for await (const _ of run);
    const { loss } = await measure(run, heldOut);
    await run.dispose();
    return loss;
  };

  it('learns all that can be known of a Markov chain: its loss is the entropy rate', async () => {
    const text = markovChain({ states: 4, temperature: 0.15, tokens: 40_000 });
    // 8,000 held-out tokens stray by 0.01.
    expect(Math.abs((await lossOf(text)) - text.entropyRate())).toBeLessThan(0.03);
    // There is something to know: with its tokens in another order it would be worth about as much as four equal ones.
    expect(text.entropyRate()).toBeLessThan(Math.log(4) - 0.2);
  });

  it('learns of independent tokens no more than how many there are', async () => {
    const text = independentTokens({ states: 4, tokens: 40_000 });
    expect(Math.abs((await lossOf(text)) - Math.log(4))).toBeLessThan(0.01);
  });
});

describe('pretrain refuses', () => {
  const failure = (options: Options, text = corpus) => start(options, text).catch((e) => e);

  it('text that the model to begin with cannot read: longer blocks, other tokens', async () => {
    const run = await start({ steps: 1 });
    const initialiseFrom = join(folder, 'small');
    await run.save(initialiseFrom);
    await run.dispose();
    const from = { config: { ...config, initialiseFrom } };
    const long = await failure(from, await openCorpus(6000, 1, { blockLength: BLOCK + 1 }));
    expect(long).toMatchObject({ code: 'block-too-long' });
    expect(long.message).toMatch(/2 to 30.*received 31/);
    const other = { ...corpus, largestToken: 3 };
    expect(await failure(from, other)).toMatchObject({ code: 'token-out-of-range' });
  });

  it('sizes that do not fit each other, and settings that mean nothing', async () => {
    expect((await failure({ config: { ...config, heads: 5 } })).message).toMatch(/divisor of the width 32/);
    expect(await failure({ config: { batchSize: 0 } })).toMatchObject({ code: 'invalid-config' });
    const misspelt = { learningrate: 1 } as object;
    expect((await failure({ config: misspelt })).message).toMatch(/Did you mean 'learningRate'/);
  });

  it('checkpoints of something else, or of another text', async () => {
    const resume = await checkpointAt(await start(), 4, folder);
    const strange = { header: { algorithm: 'bc' }, state: resume.state };
    expect((await failure({ resume: strange })).message).toMatch(/not one that a training writes/);
    expect((await failure({ resume }, heldOut)).message).toMatch(/another corpus.*100 blocks.*1000 blocks/);
    const sameSize = await openCorpus(6000, 9);
    expect((await failure({ resume }, sameSize)).message).toMatch(/another corpus/);
  });

  it('to continue once the loss is not a number, and says at which step', async () => {
    const run = await start({ config: { ...config, learningRate: 1e38, warmupSteps: 0 }, every: 1 });
    const stepping = finishTraining(run).catch((error) => error);
    expect(await stepping).toMatchObject({ code: 'diverged' });
    expect((await stepping).message).toMatch(/of step [23] /);
    await run.dispose();
  });
});
