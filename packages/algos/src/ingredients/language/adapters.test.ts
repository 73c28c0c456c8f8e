import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import type { Completions } from '@lamo/data';
import {
  evaluateCompletions,
  type Gpt2,
  gpt2Config,
  initGpt2,
  type LoadedGpt2,
  loadGpt2,
  loadGpt2Adapter,
  mergeGpt2Adapter,
  saveGpt2,
} from '@lamo/models';
import { type HostArray, openDevice, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointAt, finishTraining } from '../../../test/finish-training';
import { plainLoss, sortingTask, tokenise } from '../../../test/letters-task';
import { iqLearn } from '../../algorithms/iq-learn';
import { sft } from '../../algorithms/sft';
import { countAlgorithmParameters } from '../../engine/count-parameters';
import { type TrainOptions, train } from '../../engine/train';

const folder = mkdtempSync(join(tmpdir(), 'lamo-adapters-'));
const base = join(folder, 'base');
afterAll(() => rmSync(folder, { recursive: true }));

const sizes = gpt2Config({ vocabSize: 10, nPositions: 32, nEmbd: 8, nLayer: 2, nHead: 2 });
const [rank, alpha] = [2, 6];
const targets = ['c_attn', 'c_proj'] as const;
const config = {
  ...{ initialiseFrom: base, loraRank: rank, loraAlpha: alpha, loraTargets: [...targets] },
  ...{ batchSize: 4, learningRate: 1e-2, warmupSteps: 0 },
};

type Options = Partial<TrainOptions<typeof sft>>;

let completions: Completions;
beforeAll(async () => {
  // Larger weights than usual, so that slopes are far from 0; and no dropout, which the model says itself.
  const still = { ...sizes, residPdrop: 0, embdPdrop: 0, attnPdrop: 0, initializerRange: 0.3 };
  saveGpt2(base, { config: still, parameters: initGpt2(still, Rng.fromSeed(4)) });
  completions = await tokenise(sortingTask(4, 1));
});

const start = async (options: Options = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(sft, completions, { config, device, steps: 6, seed: 1, every: 1, ...options });
};

const leaves = (tree: unknown) => new Map(treeEntries(tree as Tree<HostArray>));

/** The model with W + (alpha / rank) (B A)ᵀ for each adapted W, in double precision. */
function plainMerge({ config, parameters }: LoadedGpt2, adapters: ReadonlyMap<string, HostArray>) {
  const whole = [...leaves(parameters)].map(([path, leaf]) => {
    const layer = path.replace(/weight$/, '');
    const [a, b] = [adapters.get(`${layer}lora_A`), adapters.get(`${layer}lora_B`)];
    if (!path.endsWith('weight') || a === undefined || b === undefined) return [path, leaf] as const;
    const [inputs, outputs] = leaf.shape as [number, number];
    const data = Float64Array.from(leaf.data, (w, at) => {
      const [i, o] = [Math.floor(at / outputs), at % outputs];
      let update = 0;
      for (let r = 0; r < rank; r++) update += b.data[o * rank + r]! * a.data[r * inputs + i]!;
      return w + (alpha / rank) * update;
    });
    return [path, { ...leaf, data: data as unknown as Float32Array }] as const;
  });
  return { config, parameters: treeFromEntries(whole) as unknown as Gpt2<HostArray> };
}

describe('a step with adapters', () => {
  it('goes down the loss of the model with its adapters, computed in plain arithmetic', async () => {
    const given = await loadGpt2(base);
    const run = await start();
    const steps = run[Symbol.asyncIterator]();
    const adaptersNow = async () =>
      leaves(((await run.state()) as Record<string, Tree<HostArray>>).parameters);
    for (const step of [1, 2, 3]) {
      const before = await adaptersNow();
      const lossOf = (adapters: ReadonlyMap<string, HostArray>) =>
        plainLoss(plainMerge(given, adapters), completions).loss;
      const { metrics } = (await steps.next()).value!;
      // float32 against double precision, over networks of width 8.
      expect(metrics.loss).toBeCloseTo(lossOf(before), 5);
      if (step > 1) continue;
      // Adam's first step is the learning rate against the sign of the gradient, which a small change of the loss tells.
      const after = await adaptersNow();
      const rate = config.learningRate;
      for (const name of ['h/0/attn/c_attn/lora_B', 'h/1/mlp/c_proj/lora_B', 'h/1/attn/c_proj/lora_B']) {
        const leaf = before.get(name)!;
        for (const place of leaf.data.keys()) {
          const at = (change: number) => {
            const data = Float64Array.from(leaf.data) as unknown as Float32Array;
            data[place]! += change;
            return lossOf(new Map(before).set(name, { ...leaf, data }));
          };
          const slope = (at(1e-4) - at(-1e-4)) / 2e-4;
          const change = after.get(name)!.data[place]! - leaf.data[place]!;
          // Slopes near 0 may be of either sign by rounding.
          if (Math.abs(slope) > 1e-4) expect(change / rate).toBeCloseTo(-Math.sign(slope), 3);
        }
      }
      // While B is 0, A has no effect, and no gradient.
      expect(after.get('h/0/attn/c_attn/lora_A')).toEqual(before.get('h/0/attn/c_attn/lora_A'));
    }
    expect((await adaptersNow()).get('h/0/attn/c_attn/lora_A')).not.toEqual(
      (
        await start()
          .then((other) => other.state())
          .then(leaves)
      ).get('parameters/h/0/attn/c_attn/lora_A'),
    );
    await run.dispose();
  });

  it('has dropout on the input of the adapters where that is asked for', async () => {
    const lossesWith = async (loraDropout: number) => {
      const { metrics } = await finishTraining(await start({ config: { ...config, loraDropout } }));
      return metrics.map(({ metrics }) => metrics.loss);
    };
    const [without, others] = [await lossesWith(0), await lossesWith(0.5)];
    // As long as B is 0 the input does not matter.
    expect(others[0]).toBe(without[0]);
    expect(others[2]).not.toBe(without[2]);
  });
});

describe('a training of adapters', () => {
  it('keeps only adapters and their moments, and leaves the model as it is to the bit', async () => {
    const run = await start();
    for await (const _ of run);
    const state = leaves(await run.state());
    const { parameters, adapter } = await run.result();
    const { header } = await run.checkpoint();
    await run.dispose();
    const trained = [...state].filter(([path]) => path.startsWith('parameters/'));
    // A and B of three layers in two blocks.
    expect(trained).toHaveLength(3 * 2 * 2);
    for (const [path] of trained) expect(path).toMatch(/lora_[AB]$/);
    const size = trained.reduce((sum, [, { data }]) => sum + data.length, 0);
    expect(state.get('optimizer/first')!.shape).toEqual([size]);
    expect(state.get('optimizer/second')!.shape).toEqual([size]);
    expect(state.size).toBe(trained.length + 5);
    expect((header as Record<string, unknown>).frozen).toMatch(/^[0-9a-f]{64}$/);

    const given = await loadGpt2(base);
    const result = leaves(parameters);
    const isAdapted = (path: string) => /(c_attn|c_proj)\/weight$/.test(path);
    for (const [path, leaf] of leaves(given.parameters)) {
      if (isAdapted(path)) expect(result.get(path)!.data).not.toEqual(leaf.data);
      else expect(result.get(path), path).toEqual(leaf);
    }
    expect(adapter).toMatchObject({ baseModel: base, config: { rank, alpha, targetModules: targets } });
  });

  it('writes the merged model, and the adapters, which make the same of the model that they began with', async () => {
    const run = await start();
    for await (const _ of run);
    const out = join(folder, 'out');
    await run.save(out);
    const result = await run.result();
    await run.dispose();
    expect(readdirSync(out).sort()).toEqual(['adapter', 'config.json', 'model.safetensors']);
    expect((await loadGpt2(out)).parameters).toEqual(result.parameters);
    const adapter = await loadGpt2Adapter(join(out, 'adapter'));
    expect(adapter.baseModel).toBe(base);
    const merged = mergeGpt2Adapter(await loadGpt2(adapter.baseModel!), adapter);
    expect(leaves(merged.parameters)).toEqual(leaves(result.parameters));
    const plain = plainLoss(result, completions).loss;
    // float32 against double precision.
    expect((await evaluateCompletions(result, completions)).loss).toBeCloseTo(plain, 5);
    expect(plain).toBeLessThan(plainLoss(await loadGpt2(base), completions).loss - 0.1);
  });

  it.each([sft, iqLearn])(
    'continues from a checkpoint as if it had never stopped: $name',
    async (algorithm) => {
      const device = await openDevice('cpu', { threads: 1 });
      const settings = { ...config, loraDropout: 0.2 };
      const begin = (options: object) =>
        train(algorithm, completions, { device, steps: 6, seed: 1, every: 2, ...options });
      const whole = await finishTraining(await begin({ config: settings }));
      const resume = await checkpointAt(await begin({ config: settings }), 4, folder);
      const rest = await finishTraining(await begin({ resume }));
      expect(rest.metrics).toEqual(whole.metrics.slice(2));
      expect(rest.state).toEqual(whole.state);
    },
  );

  it('does not continue beside another model', async () => {
    const own = join(folder, 'own');
    const given = await loadGpt2(base);
    saveGpt2(own, given);
    const resume = await checkpointAt(await start({ config: { ...config, initialiseFrom: own } }), 2, folder);
    const other = { ...given, parameters: initGpt2(given.config, Rng.fromSeed(5)) };
    saveGpt2(own, other);
    await expect(start({ resume })).rejects.toMatchObject({ code: 'checkpoint-mismatch' });
  });

  it('begins with the adapters of another training, of the same rank', async () => {
    const first = await finishTraining(await start());
    const run = await start({ initial: { state: first.state } });
    const begun = (await run.state()) as Record<string, unknown>;
    expect(begun.parameters).toEqual((first.state as Record<string, unknown>).parameters);
    await run.dispose();
    const wider = start({ initial: { state: first.state }, config: { ...config, loraRank: 4 } });
    await expect(wider).rejects.toMatchObject({ code: 'initial-mismatch' });
  });

  it('scales by twice the rank over the rank unless told otherwise', async () => {
    const run = await start({ config: { ...config, loraAlpha: null, loraRank: 3 } });
    expect((await run.result()).adapter!.config.alpha).toBe(6);
    await run.dispose();
  });

  it('counts what trains and what does not', async () => {
    const spec = completions;
    const counts = await countAlgorithmParameters(sft, spec, config);
    // A [2, inputs] and B [outputs, 2]: c_attn 8 → 24, attn.c_proj 8 → 8, mlp.c_proj 32 → 8, in two blocks.
    expect(counts.trainable).toBe(2 * 2 * (8 + 24 + 8 + 8 + 32 + 8));
    const whole = [...leaves((await loadGpt2(base)).parameters).values()];
    expect(counts.groups.frozen).toBe(whole.reduce((sum, { data }) => sum + data.length, 0));
  });

  it('refuses adapters of a new model, layers that are not there, and ranks below 0', async () => {
    await expect(start({ config: { ...config, initialiseFrom: null } })).rejects.toThrow(
      /Adapters train beside a model.*there is none.*--initialise-from/s,
    );
    const wrong = (settings: object) => start({ config: { ...config, ...settings } as never });
    await expect(wrong({ loraTargets: ['q_proj'] })).rejects.toThrow(
      /'loraTargets' must be.*c_attn.*mlp\.c_proj/s,
    );
    await expect(wrong({ loraTargets: [] })).rejects.toThrow(/'loraTargets'/);
    await expect(wrong({ loraRank: -1 })).rejects.toThrow(/'loraRank' must be .*at least 0.*-1/s);
    await expect(wrong({ loraRank: 1.5 })).rejects.toThrow(/'loraRank'/);
    await expect(wrong({ loraAlpha: 0 })).rejects.toThrow(/'loraAlpha'/);
  });
});
