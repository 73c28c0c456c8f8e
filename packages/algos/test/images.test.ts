import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, Rng } from '@lamo/core';
import { createDataset, readD4rl, transitionSampler, transitions, writeD4rl } from '@lamo/data';
import { initLinear, type Linear, linear } from '@lamo/models';
import {
  type AdamState,
  adam,
  gradientStep,
  importOnnxRuntime,
  initAdam,
  loadCheckpoint,
  openDevice,
  saveCheckpoint,
} from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  bc,
  defineAlgorithm,
  feedForwardPolicy,
  loadResult,
  meanSquaredError,
  type StepContext,
  type TransitionBatch,
  train,
} from '../src';

type State<Leaf> = { readonly actor: Linear<Leaf>; readonly optimizer: AdamState<Leaf> };
type Batch = Pick<TransitionBatch, 'observations' | 'actions'>;

const config = z.strictObject({ batchSize: z.int().default(32).describe('Rows in a batch') });

/** One linear layer of the pixels: [B, H, W, C] of 0 to 255 become [B, H · W · C] of 0 to 1. */
function look(actor: Linear<tf.Tensor>, images: tf.Tensor): tf.Tensor {
  const pixels = tf.reshape(tf.cast(images, 'float32'), [images.shape[0]!, -1]);
  return linear(actor, tf.div(pixels, 255));
}

/** Imitates what was done at the sight of images. */
const looking = defineAlgorithm({
  name: 'looking',
  config,
  capabilities: ['image-observations'],
  metrics: { loss: 'Mean squared distance to the actions in the data' },
  batches: (dataset: Dataset, { batchSize }, rng) =>
    transitionSampler(transitions(dataset), { batchSize, rng, fields: ['observations', 'actions'] }),
  init({ observationSize, actionSize }, _, rng) {
    const actor = initLinear(observationSize, actionSize, rng);
    return { actor, optimizer: initAdam(actor) };
  },
  step({ state, batch, spec }: StepContext<z.infer<typeof config>, State<tf.Tensor>, Batch>) {
    expect(spec.observationSpace).toEqual({ kind: 'image', shape: [2, 3, 1] });
    expect([batch.observations.shape, batch.observations.dtype]).toEqual([[32, 2, 3, 1], 'int32']);
    const { parameters, optimizer, loss } = gradientStep(
      adam({ learningRate: 0.02 }),
      state.actor,
      state.optimizer,
      (actor) => ({
        loss: meanSquaredError(look(actor as Linear<tf.Tensor>, batch.observations), batch.actions),
      }),
    );
    return { state: { actor: parameters as Linear<tf.Tensor>, optimizer }, metrics: { loss } };
  },
  result: feedForwardPolicy({ select: ({ actor }: State<tf.Tensor>) => actor, act: look }),
});

const rng = Rng.fromSeed(5);
const images = Array.from({ length: 400 }, () => Array.from({ length: 6 }, () => rng.integer(256)));
/** How much brighter the first pixel is than the last. */
const contrast = (image: readonly number[]) => (image[0]! - image[5]!) / 255;
const observationSpace = { kind: 'image', shape: [2, 3, 1] } as const;
const dataset = createDataset({
  name: 'images',
  observations: images,
  observationSpace,
  actions: images.map((image) => [contrast(image)]),
  rewards: images.map(() => 0),
  terminated: images.map((_, row) => row % 10 === 9),
});
const seen = [
  [255, 1, 2, 3, 4, 0],
  [128, 200, 200, 200, 200, 230],
];

describe('an algorithm of images', () => {
  it('learns from a file, resumes to the same bits, and acts the same in this process and as an ONNX file of bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamo-images-'));
    await writeD4rl(dataset, join(folder, 'images.hdf5'));
    const read = await readD4rl(join(folder, 'images.hdf5'));

    const run = await train(looking, read, { steps: 400, every: 50, seed: 1 });
    let last = 1;
    for await (const { step, metrics } of run) {
      last = metrics.loss!;
      if (step === 200) saveCheckpoint(join(folder, 'half.safetensors'), await run.checkpoint());
    }
    // Without looking the best is 0 everywhere: the variance of a difference of two uniform numbers, 1/6.
    expect(last).toBeLessThan(1e-3);
    const policy = await run.result();
    policy.reset(2);
    const acted = (await policy.act(Uint8Array.from(seen.flat()), new Float32Array(2))).slice();
    expect(acted).toBeAllClose(seen.map(contrast), { absolute: 0.05 });

    const resumed = await train(looking, read, {
      steps: 400,
      every: 50,
      resume: loadCheckpoint(join(folder, 'half.safetensors')),
    });
    for await (const _ of resumed);
    expect(await resumed.state()).toEqual(await run.state());
    const loaded = await loadResult(looking, await resumed.checkpoint(), await openDevice('cpu'));
    expect(loaded.observationSpace).toEqual(observationSpace);
    loaded.reset(2);
    expect([...(await loaded.act(Uint8Array.from(seen.flat()), new Float32Array(2)))]).toEqual([...acted]);

    await run.save(folder);
    const { InferenceSession, Tensor } = await importOnnxRuntime();
    const session = await InferenceSession.create(join(folder, 'policy.onnx'));
    const bytes = new Tensor('uint8', Uint8Array.from(seen.flat()), [2, 2, 3, 1]);
    const { actions } = await session.run({ observations: bytes });
    expect([...(actions!.data as Float32Array)]).toBeAllClose([...acted], { absolute: 1e-6 });
  });

  it('trains alike on a device without compiled graphs', async () => {
    const losses = async (device: 'cpu' | 'tfjs-cpu') => {
      const run = await train(looking, dataset, {
        steps: 20,
        every: 20,
        seed: 1,
        device: await openDevice(device),
      });
      let last = Number.NaN;
      for await (const { metrics } of run) last = metrics.loss!;
      return last;
    };
    // Sums in another order.
    expect(await losses('tfjs-cpu')).toBeCloseTo(await losses('cpu'), 5);
  });

  it('is what no algorithm of lamo is: each refuses images before it prepares anything', async () => {
    await expect(train(bc, dataset, { steps: 1 })).rejects.toThrow(
      /BC cannot learn from images.*no algorithm that comes along can.*image-observations/,
    );
  });
});
