import type { Dataset } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type HostArray, openDevice, treeEntries } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { train } from '../src/engine/train';
import { EPISODES, toyObservation } from '../src/testing/play-toy';
import { toyDataset } from '../src/testing/toy-dataset';
import { algorithmsOnAmounts } from './on-amounts';
import { settingsOf } from './small-config';

/** Each column far from mean 0 and deviation 1, the first so narrow that what is added to its deviation matters. */
const CENTRES = [3, -200, 10];
const WIDTHS = [0.02, 50, 5];
const raw = (observations: ArrayLike<number>) =>
  Float32Array.from(observations, (x, i) => CENTRES[i % 3]! + WIDTHS[i % 3]! * x);

const toy = toyDataset();
const dataset = withObservations(raw(toy.observations));

function withObservations(observations: Float32Array): Dataset {
  const { nextObservations: _, ...rest } = toy;
  return createDataset({ ...rest, observations });
}

/** Mean and population deviation of each column, in double precision. */
const statistics = [0, 1, 2].map((column) => {
  const values = Array.from(dataset.observations).filter((_, i) => i % 3 === column);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
});

/** What an algorithm adds to deviations: as in CORL, and for those on windows as in the Decision Transformer. */
const epsilonOf = ({ config }: AnyAlgorithm) => ('contextLength' in config.shape ? 1e-6 : 1e-3);

/** Trains four steps, so that a delayed actor takes one, and lets the policy act on the first observations of episodes. */
async function record(
  algorithm: AnyAlgorithm,
  data: Dataset,
  seen: Float32Array,
  normaliseObservations: boolean,
) {
  // As in the reference, windows are padded with 0 before they are standardised, and the similarity loss looks at padding, too.
  const alone = settingsOf(algorithm, { similarityWeight: 0 });
  const config = { ...settingsOf(algorithm), ...alone, normaliseObservations };
  const device = await openDevice('cpu', { threads: 1 });
  const run = await train(algorithm, data, { steps: 4, seed: 3, config, device });
  const { scaler } = (await run.state()) as { scaler: Record<'mean' | 'standardDeviation', HostArray> };
  const metrics: number[] = [];
  for await (const step of run) metrics.push(...Object.values(step.metrics));
  const policy = await run.result();
  policy.reset(EPISODES.length);
  const actions = [...(await policy.act(seen, new Float32Array(EPISODES.length)))];
  const after = new Map(treeEntries(await run.state()));
  await policy.dispose();
  await run.dispose();
  return { scaler, metrics, actions, after };
}

describe.each(algorithmsOnAmounts)('observations that $title standardises', (algorithm) => {
  const epsilon = epsilonOf(algorithm);
  const standardise = (observations: ArrayLike<number>) =>
    Float32Array.from(
      observations,
      (x, i) => (x - statistics[i % 3]!.mean) / (statistics[i % 3]!.deviation + epsilon),
    );
  const seen = raw(EPISODES.flatMap((episode) => toyObservation(episode, 0)));
  let inside: Awaited<ReturnType<typeof record>>;
  let before: Awaited<ReturnType<typeof record>>;
  beforeAll(async () => {
    inside = await record(algorithm, dataset, seen, true);
    const standardised = withObservations(standardise(dataset.observations));
    before = await record(algorithm, standardised, standardise(seen), false);
  });

  it('have the mean of the data, and its deviation with what the reference adds to it', () => {
    const { mean, standardDeviation } = inside.scaler;
    expect(mean.data).toBeAllClose(
      statistics.map((column) => column.mean),
      { relative: 1e-7 }, // float32
    );
    expect(standardDeviation.data).toBeAllClose(
      statistics.map((column) => column.deviation + epsilon),
      { relative: 1e-7 },
    );
    expect([...inside.after.get('scaler/mean')!.data]).toEqual([...mean.data]); // no step moves it
  });

  // Standardised observations are rounded to float32 in one case and computed in the other: 1e-5 of a deviation, at a
  // mean of 250 deviations. Adam carries that on to weights, by a thousandth of a few steps at most.
  const close = { relative: 2e-3, absolute: 2e-4 };

  it('are so once in all losses: they are those of data that were standardised before', () => {
    expect(inside.metrics).toBeAllClose(before.metrics, close);
  });

  it('are so once by the policy', () => {
    expect(inside.actions).toBeAllClose(before.actions, close);
  });
});
