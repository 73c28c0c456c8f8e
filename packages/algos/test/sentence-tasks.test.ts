import { Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { loadGpt2, loadTokenizer, nanoModelFolder, sentenceCodes } from '@lamo/models';
import { openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { multiTaskBc } from '../src/algorithms/multi-task-bc';
import { train } from '../src/engine/train';

const device = await openDevice('cpu', { threads: 1 });

/** What to do with what is seen, and how it is said. */
const factors: Readonly<Record<string, number>> = {
  'follow the light': 0.5,
  'turn away from the light': -0.5,
  'stay where you are': 0,
  'follow the light quickly': 0.9,
};

it('does what sentences say, and cannot where they are mixed up', async () => {
  const folder = nanoModelFolder();
  const reader = { model: await loadGpt2(folder), tokenizer: await loadTokenizer(folder) };
  const codes = await sentenceCodes(reader, Object.keys(factors), { device });
  const rng = Rng.fromSeed(4);
  const rows = Array.from({ length: 400 }, (_, row) => ({ x: rng.uniform(-1, 1), task: row % 4 }));
  const lossTold = async (told: readonly number[]) => {
    const dataset = createDataset({
      observations: rows.map(({ x }) => [x]),
      actions: rows.map(({ x, task }) => [x * Object.values(factors)[task]!]),
      rewards: rows.map(() => 0),
      terminated: rows.map(() => true),
      infos: {
        sentence: {
          width: codes[0]!.length,
          data: Float32Array.from(told.flatMap((task) => [...codes[task]!])),
        },
      },
    });
    const config = { task: 'sentence', hiddenSize: 32, batchSize: 64, learningRate: 3e-3 };
    const run = await train(multiTaskBc, dataset, { steps: 400, every: 100, config, device });
    let last = 1;
    for await (const { metrics } of run) last = metrics.actorLoss!;
    await run.dispose();
    return last;
  };
  const tasks = rows.map(({ task }) => task);
  expect(await lossTold(tasks)).toBeLessThan(0.01);
  // Factors have a variance of 0.27 around their mean, and x² is 1/3 in the mean: 0.09 away is the best that can be done untold.
  expect(await lossTold([...rng.shuffle(Uint32Array.from(tasks))])).toBeGreaterThan(0.05);
});
