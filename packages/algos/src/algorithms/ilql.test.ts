import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import {
  type Completions,
  completionsFromRows,
  type Dialogue,
  type PromptAndCompletion,
  tokenCompletions,
} from '@lamo/data';
import {
  type GenerateBatchOptions,
  generateBatch,
  type LoadedGpt2,
  loadGpt2,
  loadGpt2Adapter,
  mergeGpt2Adapter,
  saveGpt2,
} from '@lamo/models';
import { type HostArray, openDevice, type Tree, treeEntries } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectRepeatable, finishTraining } from '../../test/finish-training';
import { type TrainOptions, train } from '../engine/train';
import { ilql } from './ilql';

const folder = mkdtempSync(join(tmpdir(), 'lamo-ilql-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One token for each letter, and one that ends a text. */
const LETTERS = 'abcdefghij';
const tokenizer = {
  vocabularySize: LETTERS.length + 1,
  fingerprint: 'letters',
  endOfText: LETTERS.length,
  encode: (text: string) => Array.from(text, (letter) => LETTERS.indexOf(letter)),
  decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => LETTERS[id] ?? '').join(''),
};

/**
 * Two turns: asked a, one says any of b to e, and is then asked the same letter; then again any of b to e. Nothing but the first letter decides
 * what the second turn brings: 1 after e, and 0 after others, whatever is said then.
 */
function dialogues(count: number, seed: number): Dialogue[] {
  const rng = Rng.fromSeed(seed);
  const pick = () => 'bcde'[Math.floor(rng.uniform() * 4)]!;
  return Array.from({ length: count }, () => {
    const [first, second] = [pick(), pick()];
    return {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: first, reward: 0 },
        { role: 'user', content: first },
        { role: 'assistant', content: second, reward: first === 'e' ? 1 : 0 },
      ],
    };
  });
}

/** The same turns, each a text of its own: the second begins with a letter of its own, which the first names as what came next. */
function turns(count: number, seed: number): PromptAndCompletion[] {
  return dialogues(count, seed).flatMap(({ messages }) => {
    const [first, second] = [messages[1]!, messages[3]!];
    const next = String.fromCharCode(first.content.charCodeAt(0) + 4); // f to i
    return [
      { prompt: 'a', completion: first.content, reward: 0, next },
      { prompt: next, completion: second.content, reward: second.reward as number },
    ];
  });
}

const tokenise = (rows: readonly (Dialogue | PromptAndCompletion)[]) =>
  tokenCompletions(completionsFromRows(rows), tokenizer, { context: 12 });

const config = {
  ...{ batchSize: 32, learningRate: 3e-3, warmupSteps: 20, dropout: 0, attentionDropout: 0 },
  ...{ width: 32, layers: 1, heads: 4, targetRate: 0.1, discount: 0.9 },
};

type Options = Partial<TrainOptions<typeof ilql>>;

const start = async (completions: Completions, options: Options = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(ilql, completions, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

async function learn(completions: Completions, options: Options): Promise<LoadedGpt2> {
  const run = await start(completions, options);
  for await (const _ of run);
  const model = await run.result();
  await run.dispose();
  return model;
}

const write = (model: LoadedGpt2, options: Partial<GenerateBatchOptions>, prompt = 'a') =>
  generateBatch(model, [tokenizer.encode(prompt)], {
    ...{ tokens: 3, samples: 60, batchSize: 60, seed: 4, endOfText: [tokenizer.endOfText], ...options },
  }).then(([texts]) => texts!.map(({ tokens }) => tokenizer.decode(tokens)));

const leaves = (state: unknown) => treeEntries(state as Tree<HostArray>);

describe('ILQL', () => {
  let completions: Completions;
  let model: LoadedGpt2;
  beforeAll(async () => {
    completions = await tokenise(dialogues(400, 1));
    model = await learn(completions, { steps: 250, every: 250 });
  });

  it('says what brings most a turn later, where what it imitates says anything', async () => {
    const imitated = await write(model, { advantageWeight: 0 });
    expect(new Set(imitated)).toEqual(new Set(['b', 'c', 'd', 'e']));
    const steered = await write(model, { advantageWeight: 20 });
    // Drawn, not chosen: V and Q are close to 0 and 0.81.
    expect(steered.filter((text) => text === 'e').length).toBeGreaterThan(57);
  });

  it('writes as it was told when it was trained, and without values, or with no weight of them, as it imitates, to the bit', async () => {
    const { steering, ...plain } = model;
    expect(await write(model, {})).toEqual(await write(model, { advantageWeight: 8 }));
    const measured = (given: LoadedGpt2, advantageWeight?: number) =>
      generateBatch(given, [tokenizer.encode('a'), tokenizer.encode('aj')], {
        ...{ tokens: 4, samples: 8, measure: true, seed: 2, advantageWeight },
      });
    expect(await measured(model, 0)).toEqual(await measured(plain));
    expect(await measured(model)).not.toEqual(await measured(plain));
    await expect(measured(plain, 1)).rejects.toMatchObject({ code: 'no-values' });
    await expect(measured(model, -1)).rejects.toMatchObject({ code: 'out-of-range' });
    // No advantage counts as more than nothing: only what is worse than usual becomes rarer.
    const cut = { ...plain, steering: { ...steering!, largestAdvantage: -1e-3 } };
    expect(await measured(cut)).not.toEqual(await measured(model));
  });

  it('is the same from its files, and a model without values removes those of an earlier one', async () => {
    const { steering: _, ...plain } = model;
    saveGpt2(folder, model);
    expect(await write(await loadGpt2(folder), {})).toEqual(await write(model, {}));
    expect((await loadGpt2(folder)).steering).toMatchObject({ advantageWeight: 8, rewardScale: 1 });
    saveGpt2(folder, plain);
    expect((await loadGpt2(folder)).steering).toBeUndefined();
  });

  it('learns the same from returns, and from scaled rewards, and with a network of their own for values', async () => {
    for (const change of [
      { valueTarget: 'monte-carlo' },
      { rewardScale: 0.5 },
      { valueNetwork: 'separate' },
    ] as const) {
      const other = await learn(completions, { steps: 250, every: 250, config: { ...config, ...change } });
      const steered = await write(other, { advantageWeight: 20 });
      expect(steered.filter((text) => text === 'e').length).toBeGreaterThan(55);
    }
  });

  it('looks at the prompt that came next, where turns are texts of their own', async () => {
    const apart = await tokenise(turns(400, 1));
    const learned = await learn(apart, { steps: 250, every: 250 });
    const steered = await write(learned, { advantageWeight: 20 });
    // Were it not looked at, all letters would be as good: about 15 of 60.
    expect(steered.filter((text) => text === 'e').length).toBeGreaterThan(57);
  });

  it('warns where observed returns end before the text did', async () => {
    const apart = await tokenise(turns(20, 1));
    const warningsOf = async (data: Completions, valueTarget: 'td' | 'monte-carlo') => {
      const run = await start(data, { config: { ...config, valueTarget } });
      await run.dispose();
      return run.warnings.map(({ code, message }) => `${code}: ${message.slice(0, 14)}`);
    };
    const told = (await warningsOf(apart, 'monte-carlo')).filter((line) => line.startsWith('returns'));
    expect(told).toEqual(['returns-end-early: 20 of 40 examp']);
    expect((await warningsOf(apart, 'td')).join()).not.toContain('returns');
    expect((await warningsOf(completions, 'monte-carlo')).join()).not.toContain('returns');
  });

  it('lets targets follow the critics at their rate, behind each step', async () => {
    const run = await start(completions, { steps: 1, every: 1, config: { ...config, targetRate: 0.25 } });
    const before = new Map(leaves(await run.state()));
    const { state } = await finishTraining(run);
    const after = new Map(leaves(state));
    let moved = 0;
    for (const [path, { data }] of after) {
      if (!path.startsWith('targets/')) continue;
      const online = after.get(path.replace('targets/', 'values/critics/'))!.data;
      const expected = before.get(path)!.data.map((old, i) => 0.75 * old + 0.25 * online[i]!);
      // One rounding in float32.
      expect(data).toBeAllClose(expected, { absolute: 1e-7, relative: 1e-6 });
      moved += data.some((x, i) => x !== before.get(path)!.data[i]) ? 1 : 0;
    }
    expect(moved).toBeGreaterThan(4);
  });

  it('is the same again with the same seed, and continues as if it had never stopped', async () => {
    for (const valueNetwork of ['shared', 'separate'] as const) {
      const own = { config: { ...config, dropout: 0.1, valueNetwork } };
      await expectRepeatable((options) => start(completions, { ...own, ...options }), 4, folder);
    }
  });

  describe('with adapters, or beginning with a model that has values', () => {
    const { width: _, layers: __, heads: ___, dropout: ____, attentionDropout: _____, ...training } = config;
    const [plainFolder, valuedFolder] = [join(folder, 'plain'), join(folder, 'valued')];
    beforeAll(() => {
      const { steering: _, ...plain } = model;
      saveGpt2(plainFolder, plain);
      saveGpt2(valuedFolder, model);
    });

    it('learns values beside a model that stays as it is, saves them with adapters, and continues as if it had never stopped', async () => {
      const own = { ...training, initialiseFrom: plainFolder, loraRank: 2 };
      const run = await start(completions, { steps: 200, every: 200, config: own });
      for await (const _ of run);
      const tuned = await run.result();
      const saved = join(folder, 'with-adapters');
      await run.save(saved);
      await run.dispose();
      const steered = await write(tuned, { advantageWeight: 20 });
      expect(steered.filter((text) => text === 'e').length).toBeGreaterThan(55);
      // The model with its adapters, wherever it is put together.
      const adapter = await loadGpt2Adapter(join(saved, 'adapter'));
      const again = mergeGpt2Adapter(await loadGpt2(plainFolder), adapter);
      expect(again.steering).toEqual(tuned.steering);
      expect(await write(again, {})).toEqual(await write(tuned, {}));
      for (const valueNetwork of ['shared', 'separate'] as const) {
        const repeated = { config: { ...own, valueNetwork, loraDropout: 0.1 } };
        await expectRepeatable((options) => start(completions, { ...repeated, ...options }), 4, folder);
      }
    });

    it('takes over the values that the model has, in units of rewards as they are scaled now', async () => {
      const begin = async (change: object) => {
        const run = await start(completions, {
          config: { ...training, initialiseFrom: valuedFolder, ...change },
        });
        const { steering } = await run.result();
        const entries = leaves(steering!.values);
        await run.dispose();
        return new Map(entries.map(([path, { data }]) => [path, data]));
      };
      const known = new Map(leaves(model.steering!.values).map(([path, { data }]) => [path, data]));
      expect(await begin({})).toEqual(known);
      const scaled = await begin({ rewardScale: 2 });
      for (const [path, data] of known) {
        const factor = path.includes('/1/') ? 2 : 1;
        expect([path, scaled.get(path)]).toEqual([path, data.map((x) => factor * x)]);
      }
      // On a copy of the model that they are on.
      const apart = await begin({ valueNetwork: 'separate' });
      expect(apart.get('value/0/weight')).toEqual(known.get('value/0/weight'));
      expect(apart.get('network/wte/weight')).toEqual(model.parameters.wte.weight.data);
    });

    it('refuses values that are on a network of their own, where there is none', async () => {
      const network = model.parameters as unknown as Tree<HostArray>;
      const { steering } = model;
      const apart = { ...steering!, values: { ...steering!.values, network } } as LoadedGpt2['steering'];
      saveGpt2(join(folder, 'apart'), { ...model, steering: apart });
      const begin = (change: object) =>
        start(completions, { config: { ...training, initialiseFrom: join(folder, 'apart'), ...change } });
      await (await begin({ valueNetwork: 'separate' })).dispose();
      for (const change of [{}, { valueNetwork: 'separate', loraRank: 2 }])
        await expect(begin(change)).rejects.toMatchObject({ code: 'other-values' });
    });
  });

  it('refuses examples without rewards', async () => {
    const [{ messages }] = dialogues(1, 0) as [Dialogue];
    const unrewarded = messages.map(({ role, content }) => ({ role, content }));
    const incomplete = await tokenise([...dialogues(3, 0), { messages: unrewarded }]);
    await expect(start(incomplete)).rejects.toThrow(/none in row 4 of completions/);
  });
});
