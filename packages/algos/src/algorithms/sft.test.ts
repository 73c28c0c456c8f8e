import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Completions, PromptAndCompletion } from '@lamo/data';
import { evaluateCompletions, type Gpt2, generateText, type LoadedGpt2, loadGpt2 } from '@lamo/models';
import { type HostArray, openDevice, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointAt, finishTraining } from '../../test/finish-training';
import { letters, plainLoss, sortingTask, tokenise } from '../../test/letters-task';
import { type TrainOptions, train } from '../engine/train';
import { sft } from './sft';

const folder = mkdtempSync(join(tmpdir(), 'lamo-sft-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = {
  ...{ batchSize: 32, learningRate: 1e-2, warmupSteps: 20, dropout: 0, attentionDropout: 0 },
  ...{ width: 32, layers: 2, heads: 4 },
};

type Options = Partial<TrainOptions<typeof sft>>;

const start = async (completions: Completions, options: Options = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(sft, completions, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

/** The share of prompts that are completed exactly as they should be, greedily, with the end of text. */
async function exactMatches(model: LoadedGpt2, rows: readonly PromptAndCompletion[]): Promise<number> {
  const device = await openDevice('cpu', { threads: 1 });
  let right = 0;
  for (const { prompt, completion } of rows) {
    const made = await generateText(model, letters, { prompt, tokens: 10, temperature: 0, device });
    if (made === completion) right++;
  }
  return right / rows.length;
}

describe('a step of sft', () => {
  const uneven = [
    { prompt: 'abc=', completion: 'd' },
    { prompt: '=', completion: 'hgfedc' },
    { prompt: '', completion: 'ab' },
  ];
  const whole = { ...config, ...{ batchSize: 3, width: 8, heads: 2, layers: 1, warmupSteps: 0 } };

  it('has the same loss where all examples share a row, which none of them notices', async () => {
    const completions = (await tokenise(uneven)).padTo(18); // 6, 8 and 4 tokens
    const config = { ...whole, batchSize: 1, packing: true };
    const run = await start(completions, { config, every: 1, steps: 1 });
    const before = await run.result();
    const { metrics } = (await run[Symbol.asyncIterator]().next()).value!;
    // float32 against double precision, over networks of width 8.
    expect(metrics.loss).toBeCloseTo(plainLoss(before, completions).loss, 5);
    await run.dispose();
  });

  it('goes down the mean loss of all tokens of completions and of their ends, computed in plain arithmetic', async () => {
    const completions = await tokenise(uneven);
    const run = await start(completions, { config: whole, every: 1, steps: 2 });
    const steps = run[Symbol.asyncIterator]();
    const before = await run.result();
    const { metrics } = (await steps.next()).value!;
    const expected = plainLoss(before, completions);
    expect(expected.count).toBe(2 + 7 + 3);
    // float32 against double precision, over networks of width 8.
    expect(metrics.loss).toBeCloseTo(expected.loss, 5);
    // A mask that is off by one position would be noticed, in both directions.
    for (const shift of [-1, 1])
      expect(Math.abs(plainLoss(before, completions, shift).loss - expected.loss)).toBeGreaterThan(1e-3);

    const after = await run.result();
    expect((await steps.next()).value!.metrics.loss).toBeCloseTo(plainLoss(after, completions).loss, 5);
    await run.dispose();
    // Adam's first step is the learning rate against the sign of the gradient, which a small change of the loss tells.
    const moved = new Map(treeEntries(after.parameters as Tree<HostArray> & Gpt2<HostArray>));
    const given = treeEntries(before.parameters as Tree<HostArray> & Gpt2<HostArray>);
    for (const name of ['ln_f/bias', 'h/0/attn/c_proj/bias', 'h/0/mlp/c_fc/bias']) {
      const { data } = given.find(([path]) => path === name)![1];
      for (const place of data.keys()) {
        const at = (change: number) => {
          const changed = data.slice();
          changed[place]! += change;
          const tree = treeFromEntries(
            given.map(([path, leaf]) => [path, path === name ? { ...leaf, data: changed } : leaf] as const),
          );
          return plainLoss({ ...before, parameters: tree as unknown as Gpt2<HostArray> }, completions).loss;
        };
        const slope = (at(2 ** -10) - at(-(2 ** -10))) / 2 ** -9;
        const change = moved.get(name)!.data[place]! - data[place]!;
        // Slopes near 0 may be of either sign by rounding.
        if (Math.abs(slope) > 1e-4) expect(change / whole.learningRate).toBeCloseTo(-Math.sign(slope), 3);
      }
    }
  });

  it('is the same however long rows are padded: what follows the end is not seen', async () => {
    const short = await tokenise(uneven);
    const long = await tokenise([...uneven, { prompt: 'abcdefghabcdefgh=', completion: 'abcdefgh' }]);
    const padded = long.select([0, 1, 2]);
    expect(padded.length).toBeGreaterThan(2 * short.length);
    // A model with positions for both.
    const begun = await start(long, { config: whole });
    await begun.save(join(folder, 'begun'));
    await begun.dispose();
    const from = { config: { ...whole, initialiseFrom: join(folder, 'begun') }, every: 1, steps: 3 };
    const [one, other] = [
      await finishTraining(await start(short, from)),
      await finishTraining(await start(padded, from)),
    ];
    expect(one.metrics).toHaveLength(3);
    for (const [i, { metrics }] of one.metrics.entries()) {
      // Sums of other lengths round differently.
      expect(other.metrics[i]!.metrics.loss).toBeCloseTo(metrics.loss!, 5);
      expect(other.metrics[i]!.metrics.gradientNorm).toBeCloseTo(metrics.gradientNorm!, 4);
    }
  });
});

describe('sft', () => {
  const test = sortingTask(20, 77);
  let completions: Completions;
  beforeAll(async () => {
    completions = await tokenise(sortingTask(2000, 1));
  });

  it('learns to sort letters that it has not seen together, and to stop; of shuffled completions it learns neither', async () => {
    const run = await start(completions, { steps: 400, every: 100 });
    for await (const _ of run);
    const right = await exactMatches(await run.result(), test);
    const { loss } = await evaluateCompletions(await run.result(), await tokenise(test));
    await run.dispose();
    expect(right).toBeGreaterThan(0.8);
    expect(loss).toBeLessThan(0.1);

    const rows = sortingTask(2000, 1);
    const mixed = rows.map(({ prompt }, i) => ({
      prompt,
      completion: rows[(i + 1) % rows.length]!.completion,
    }));
    const control = await start(await tokenise(mixed), { steps: 400, every: 100 });
    for await (const _ of control);
    expect(await exactMatches(await control.result(), test)).toBeLessThan(0.2);
    await control.dispose();
  });

  it('is the same again with the same seed, and another with another', async () => {
    const options = { config: { ...config, dropout: 0.1 } };
    const first = await finishTraining(await start(completions, options));
    expect(await finishTraining(await start(completions, options))).toEqual(first);
    expect((await finishTraining(await start(completions, { ...options, seed: 2 }))).metrics).not.toEqual(
      first.metrics,
    );
  });

  it('continues from a checkpoint as if it had never stopped, and refuses other examples', async () => {
    const options = { config: { ...config, dropout: 0.1 } };
    const whole = await finishTraining(await start(completions, options));
    const resume = await checkpointAt(await start(completions, options), 4, folder);
    const rest = await finishTraining(await start(completions, { resume }));
    expect(rest.metrics).toEqual(whole.metrics.slice(2));
    expect(rest.state).toEqual(whole.state);
    const others = await tokenise(sortingTask(2000, 5));
    await expect(start(others, { resume })).rejects.toThrow(/another completions/);
  });

  it('begins with the weights of a model, and gives one that can be loaded', async () => {
    const run = await start(completions, { steps: 2 });
    for await (const _ of run);
    await run.save(join(folder, 'model'));
    const result = await run.result();
    await run.dispose();
    expect((await loadGpt2(join(folder, 'model'))).parameters).toEqual(result.parameters);
    const next = await start(completions, { config: { ...config, initialiseFrom: join(folder, 'model') } });
    expect((await next.result()).parameters).toEqual(result.parameters);
    await next.dispose();
  });

  it('gives a new model a position for every token that an example may have, however short they are', async () => {
    const run = await start(await tokenise([{ prompt: 'a=', completion: 'a' }]));
    expect((await run.result()).config.nPositions).toBe(32);
    await run.dispose();
  });

  it('refuses examples that the model to begin with cannot read', async () => {
    const initialiseFrom = join(folder, 'model');
    const long = await tokenise([{ prompt: `${'abcdefgh'.repeat(3)}=`, completion: 'abcdefgh' }], 64);
    const failure = start(long, { config: { ...config, initialiseFrom } });
    await expect(failure).rejects.toMatchObject({ code: 'block-too-long' });
  });
});
