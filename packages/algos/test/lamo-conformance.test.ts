/** The conformance checklist for implementations of LaMo, item by item, where no recording shows it. */
import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import {
  countGroups,
  type Gpt2,
  gpt2,
  languageLoss,
  loadGpt2,
  nanoModelFolder,
  predictTrajectory,
  type SequenceBatch,
  type TrajectoryModel,
} from '@lamo/models';
import { type HostArray, joinTrees, openDevice, type Tree, treeEntries } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lamo } from '../src/algorithms/lamo';
import { parseConfig } from '../src/engine/parse-config';
import { train } from '../src/engine/train';

/** From Alice's Adventures in Wonderland, of the part that the nano model was not trained on. */
const ALICE = `'That PROVES his guilt,' said the Queen.

'It proves nothing of the sort!' said Alice. 'Why, you don't even know what they're about!'

'Read them,' said the King.

The White Rabbit put on his spectacles. 'Where shall I begin, please your Majesty?' he asked.

'Begin at the beginning,' the King said gravely, 'and go on till you come to the end: then stop.'

These were the verses the White Rabbit read:--

   'They told me you had been to her,
    And mentioned me to him:
   She gave me a good character,
    But said I could not swim.

   He sent them word I had not gone
    (We know it to be true):
   If she should push the matter on,
    What would become of you?
`;

/** A LaMo on the nano backbone for 2 observations and 1 action, adapters no longer at zero. */
async function smallModel() {
  const config = parseConfig(lamo, { contextLength: 4, maxTimesteps: 20 }) as never;
  const spec = { observationSize: 2, actionSize: 1 };
  const loaded = await lamo.load(spec, config, Rng.fromSeed(1));
  const { parameters } = (await lamo.init(spec, config, Rng.fromSeed(2), loaded)) as Record<
    string,
    Tree<HostArray>
  >;
  return { config: loaded.config, frozen: loaded.frozen, parameters: parameters! };
}

type Model = Awaited<ReturnType<typeof smallModel>>;

function stirAdapters(parameters: Tree<HostArray>): Tree<HostArray> {
  const rng = Rng.fromSeed(3);
  for (const [path, { data }] of treeEntries(parameters)) if (path.endsWith('lora_B')) rng.fillNormal(data);
  return parameters;
}

const lora = { alpha: 32, dropout: 0.1 };
const settings = { order: 'norm-then-time', bound: 'none' } as const;

/** The actions that a model predicts for windows of 4 steps. */
async function predict(
  { config, frozen, parameters }: Model,
  windows: Record<keyof SequenceBatch, number[]>,
) {
  const device = await openDevice('cpu', { threads: 1 });
  const batch = windows.mask.length / 4;
  const executable = await device.compile({
    state: parameters,
    frozen,
    inputs: {
      observations: [batch, 4, 2],
      actions: [batch, 4, 1],
      returnsToGo: [batch, 4],
      timesteps: [batch, 4],
      mask: [batch, 4],
    },
    variants: {
      predict: (parameters, inputs, _, frozen) => {
        const model = joinTrees(parameters, frozen) as unknown as TrajectoryModel<tf.Tensor>;
        const { actions } = predictTrajectory(model, inputs as never, { config, settings, lora });
        return { outputs: { actions } };
      },
    },
  });
  for (const [name, values] of Object.entries(windows)) executable.inputs[name]!.set(values);
  await executable.run('predict');
  await executable.dispose();
  return [...executable.outputs.predict.actions!];
}

const window = {
  observations: [0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8],
  actions: [0.9, -0.8, 0.7, -0.6],
  returnsToGo: [3, 2.5, 2, 1.5],
  timesteps: [4, 5, 6, 7],
  mask: [1, 1, 1, 1],
};

describe('item 1: the number of parameters on GPT-2 small', () => {
  const small = { backbone: 'gpt2', pretrained: false };
  const linear = { embedding: 'linear', head: 'linear' };
  let loaded: Awaited<ReturnType<NonNullable<typeof lamo.load>>>;
  beforeAll(async () => {
    const config = parseConfig(lamo, small) as never;
    loaded = await lamo.load({ observationSize: 1, actionSize: 1 }, config, Rng.fromSeed(0));
  }, 120_000); // Seconds on a free machine; the limit is for busy ones.

  it.each([
    ['hopper', 11, 3, {}, 4_069_647, 128_481_807],
    ['hopper, linear', 11, 3, linear, 1_707_279, 126_119_439],
    ['halfcheetah', 17, 6, {}, 4_083_480, 128_495_640],
    ['halfcheetah, linear', 17, 6, linear, 1_721_112, 126_133_272],
    ['reacher2d', 12, 2, { contextLength: 5, maxTimesteps: 100 }, 3_378_447, 127_790_607],
    ['kitchen', 60, 9, {}, 4_154_182, 128_566_342],
  ])('is that of the reference for %s', async (_, observationSize, actionSize, given, trainable, total) => {
    const config = parseConfig(lamo, { ...small, ...given }) as never;
    const state = await lamo.init({ observationSize, actionSize }, config, Rng.fromSeed(0), loaded);
    const groups = countGroups(lamo.parameters(state as never, loaded));
    const sum = Object.values(groups).reduce((total, count) => total + count, 0);
    expect([sum - groups.frozen!, sum]).toEqual([trainable, total]);
    expect(groups).toMatchObject({ adapters: 884_736, attentionBiases: 27_648 });
  });
});

describe('item 2: new adapters and the language model', () => {
  it('changes nothing by adapters that are still zero', async () => {
    const { config, frozen, parameters } = await smallModel();
    const { parameters: plain } = await loadGpt2(nanoModelFolder());
    const rng = Rng.fromSeed(4);
    const x = new Float32Array(6 * config.nEmbd);
    rng.fillNormal(x);
    const device = await openDevice('cpu', { threads: 1 });
    const executable = await device.compile({
      state: { parameters, frozen, plain: plain as unknown as Tree<HostArray> },
      inputs: { x: [1, 6, config.nEmbd] },
      variants: {
        compare: (state, { x }) => {
          const { parameters, frozen, plain } = state as Record<string, Tree<tf.Tensor>>;
          const { transformer } = joinTrees(parameters!, frozen!) as unknown as TrajectoryModel<tf.Tensor>;
          return {
            outputs: {
              adapted: gpt2(transformer, x!, config, { lora }),
              plain: gpt2(plain as unknown as Gpt2<tf.Tensor>, x!, config),
            },
          };
        },
      },
    });
    executable.inputs.x!.set(x);
    await executable.run('compare');
    const { adapted, plain: expected } = executable.outputs.compare;
    expect(adapted!).toEqual(expected!);
    await executable.dispose();
  });

  it('reads text better with the positions that it was trained with', async () => {
    const { config, parameters } = await loadGpt2(nanoModelFolder());
    const { loadTokenizer } = await import('@lamo/models');
    const tokenizer = await loadTokenizer(nanoModelFolder());
    const ids = tokenizer.encode(ALICE);
    const device = await openDevice('cpu', { threads: 1 });
    const executable = await device.compile({
      state: parameters as unknown as Tree<HostArray>,
      inputs: { ids: [1, ids.length] },
      variants: {
        read: (state, { ids }) => {
          const model = state as unknown as Gpt2<tf.Tensor>;
          return {
            outputs: {
              placed: languageLoss(model, ids!, config),
              unplaced: languageLoss(model, ids!, config, { positions: false }),
            },
          };
        },
      },
    });
    executable.inputs.ids!.set(ids);
    await executable.run('read');
    const { placed, unplaced } = executable.outputs.read;
    // A uniform guess among 4096 tokens costs 8.3 nats.
    expect(placed![0]!).toBeLessThan(5.5);
    // To so small a model positions are worth a few hundredths of a nat.
    expect(unplaced![0]!).toBeGreaterThan(placed![0]! + 0.02);
    await executable.dispose();
  });
});

describe('items 3 and 4: what a prediction depends on', () => {
  let model: Model;
  beforeAll(async () => {
    const made = await smallModel();
    model = { ...made, parameters: stirAdapters(made.parameters) };
  });

  it('does not depend on padding at the left', async () => {
    const short = {
      observations: window.observations.slice(4),
      actions: window.actions.slice(2),
      returnsToGo: window.returnsToGo.slice(2),
      timesteps: window.timesteps.slice(2),
      mask: window.mask.slice(2),
    };
    const padded = (fill: number) => ({
      observations: [fill, fill, fill, fill, ...short.observations],
      actions: [-10, -10, ...short.actions],
      returnsToGo: [fill, fill, ...short.returnsToGo],
      timesteps: [0, 0, ...short.timesteps],
      mask: [0, 0, 1, 1],
    });
    const one = await predict(model, padded(0));
    const other = await predict(model, padded(5));
    expect(one.slice(2)).toEqual(other.slice(2));
    expect(one.slice(2)).not.toEqual((await predict(model, window)).slice(2));
  });

  it('does not depend on the action itself, nor on anything later', async () => {
    const before = await predict(model, window);
    const after = await predict(model, {
      observations: [...window.observations.slice(0, 6), 9, 9],
      actions: [0.9, -0.8, 5, 5],
      returnsToGo: [3, 2.5, 2, 9],
      timesteps: [4, 5, 6, 12],
      mask: window.mask,
    });
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).not.toBe(before[3]);
  });
});

describe('a training that breaks', () => {
  it('stops at the step, and says which gradients are not numbers', async () => {
    const rows = 40;
    const dataset = createDataset({
      name: 'huge observations',
      observationSize: 1,
      actionSize: 1,
      observations: new Float32Array(rows).fill(3e38),
      actions: new Float32Array(rows),
      rewards: new Float32Array(rows),
      terminated: new Uint8Array(rows).fill(1, rows - 1),
      truncated: new Uint8Array(rows),
    });
    const config = { batchSize: 2, contextLength: 2, normaliseObservations: false };
    const run = await train(lamo, dataset, { steps: 3, config });
    const steps = run[Symbol.asyncIterator]();
    await expect(steps.next()).rejects.toThrow(
      /'actionLoss', 'gradientNorm', 'transformerGradientNorm'.* of step 1 are not finite numbers/,
    );
    await run.dispose();
  });
});
