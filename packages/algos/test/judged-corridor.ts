import { type Dataset, Rng } from '@lamo/core';
import { createDataset, transitions } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { fqe } from '../src/algorithms/fqe';
import type { AnyAlgorithm } from '../src/engine/algorithm';
import { train } from '../src/engine/train';
import type { Estimate } from '../src/kinds/estimate';
import { bestOf, policyFolder } from './judged-policies';

/** Places of the corridor; at 0 and at 6 an episode is over. */
const PLACES = 7;
const INNER = [1, 2, 3, 4, 5];
const DISCOUNT = 0.9;
const ROWS = 4000;

/** Whether actions are amounts from 0 to 2, or two classes. */
type Kind = 'amounts' | 'classes';

/** How likely a step goes right: half the amount, or one in five or four in five. */
const chanceOf = (kind: Kind, action: number) => (kind === 'amounts' ? action / 2 : 0.2 + 0.6 * action);

/** What the judged policy does at a place: mostly to the right, and in the first places always with less. */
const policyAt = (kind: Kind, place: number) =>
  kind === 'amounts' ? (place < 3 ? 1.2 : 1.8) : Number(place > 1);

/** The right end pays 3, the left end costs 1, and every step a little. */
const rewardOf = (next: number) => (next === PLACES - 1 ? 3 : next === 0 ? -1 : -0.1);

/** What is observed at a place: far from 0, so that it must be standardised. */
const observe = (place: number) => 50 + 4 * place;

/** A log of somebody who acts at random; after three steps an episode is cut, though it would have gone on. */
function logCorridor(kind: Kind): Dataset {
  const rng = Rng.fromSeed(7);
  const rows: [place: number, action: number, next: number, isCut: boolean][] = [];
  while (rows.length < ROWS) {
    let place = 1 + rng.integer(INNER.length);
    for (let step = 1; place > 0 && place < PLACES - 1 && step <= 3; step++) {
      const action = kind === 'amounts' ? rng.uniform(0, 2) : rng.integer(2);
      const next = place + (rng.uniform(0, 1) < chanceOf(kind, action) ? 1 : -1);
      rows.push([place, action, next, step === 3 && next > 0 && next < PLACES - 1]);
      place = next;
    }
  }
  const columns = {
    name: 'corridor',
    observations: rows.map(([place]) => observe(place)),
    actions: rows.map(([, action]) => action),
    rewards: rows.map(([, , next]) => rewardOf(next)),
    nextObservations: rows.map(([, , next]) => observe(next)),
    terminated: rows.map(([, , next]) => next === 0 || next === PLACES - 1),
    truncated: rows.map(([, , , isCut]) => isCut),
  };
  if (kind === 'amounts') return createDataset(columns);
  return createDataset({ ...columns, actionSpace: { kind: 'discrete', count: 2 } });
}

/** Solves V = r + γ P V of a chance to go right at each inner place, by elimination. @returns V at 0 to 6 */
function solve(chanceAt: (place: number) => number): number[] {
  const matrix = INNER.map((place) => {
    const chance = chanceAt(place);
    const factor = (other: number) =>
      Number(other === place) -
      DISCOUNT * (other === place + 1 ? chance : other === place - 1 ? 1 - chance : 0);
    const reward = chance * rewardOf(place + 1) + (1 - chance) * rewardOf(place - 1);
    return [...INNER.map(factor), reward];
  });
  for (const [i, pivot] of matrix.entries()) {
    for (const [j, other] of matrix.entries()) {
      const share = j === i ? 0 : other[i]! / pivot[i]!;
      for (const [k, value] of pivot.entries()) other[k]! -= share * value;
    }
  }
  return [0, ...matrix.map((own, i) => own.at(-1)! / own[i]!), 0];
}

/** What is earned in a few steps from each place: rewards, and γ times what one step less earns. @returns [7], places 0 to 6 */
function within(steps: number, chanceAt: (place: number) => number): number[] {
  if (steps === 0) return Array<number>(PLACES).fill(0);
  const later = within(steps - 1, chanceAt);
  const go = (next: number) =>
    rewardOf(next) + DISCOUNT * (next === 0 || next === PLACES - 1 ? 0 : later[next]!);
  const inner = INNER.map((place) => chanceAt(place) * go(place + 1) + (1 - chanceAt(place)) * go(place - 1));
  return [0, ...inner, 0];
}

/** The mean of a value over where the episodes of a log begin. */
function overStarts({ observations, episodeEnds }: Dataset, values: readonly number[]): number {
  const starts = [0, ...episodeEnds.subarray(0, -1)];
  return starts.reduce((total, at) => total + values[(observations[at]! - 50) / 4]!, 0) / starts.length;
}

/** Writes the judged policy: {@link policyAt} of what is observed. */
function writePolicy(kind: Kind): string {
  return policyFolder()('policy', 1, (observations) => {
    const places = tf.div(tf.sub(observations, 50), 4); // [B, 1]
    const isFar = tf.cast(tf.greater(places, 2.5), 'float32');
    if (kind === 'amounts') return { actions: tf.add(1.2, tf.mul(0.6, isFar)) };
    return bestOf(tf.concat([tf.fill([observations.shape[0], 1], 1.5), places], 1));
  });
}

/** Settings of FQE that are enough for the corridor. */
const settingsOf = (kind: Kind) => ({
  ...{ policy: writePolicy(kind), discount: DISCOUNT, targetEvery: 20 },
  ...{ hiddenSize: 32, batchSize: 256, learningRate: 2e-3 },
  ...(kind === 'amounts' && { actionLow: 0, actionHigh: 2 }),
});

/** Judges the policy of a corridor, by an algorithm that is FQE or nearly so. */
function judgeOf(config: ReturnType<typeof settingsOf>, dataset: Dataset) {
  return async (algorithm: AnyAlgorithm = fqe, data = dataset, more: object = {}): Promise<Estimate> => {
    const device = await openDevice('cpu', { threads: 1 });
    const options = { steps: 1600, every: 400, seed: 1, config: { ...config, ...more }, device };
    const run = await train(algorithm, data, options);
    for await (const _ of run);
    const result = (await run.result()) as Estimate;
    await run.dispose();
    return result;
  };
}

/** A policy whose value is known by linear equations, and trainings that judge it rightly and wrongly. */
export function judgedCorridor(kind: Kind) {
  const dataset = logCorridor(kind);
  const settings = settingsOf(kind);
  const judge = judgeOf(settings, dataset);
  const valueBy = async (...given: Parameters<typeof judge>) => (await judge(...given)).value;
  const values = solve((place) => chanceOf(kind, policyAt(kind, place)));
  return {
    dataset,
    settings,
    truth: overStarts(dataset, values),
    policyAt: (place: number) => policyAt(kind, place),
    /** What is earned within the three steps after which the log is cut, by actions at each place. */
    beforeCuts: (actionAt: (place: number) => number) =>
      overStarts(
        dataset,
        within(3, (place) => chanceOf(kind, actionAt(place))),
      ),
    ofBehaviour: overStarts(
      dataset,
      solve(() => 0.5),
    ),
    estimate: (settings: object = {}) => judge(fqe, dataset, settings),
    broken: {
      'a future behind terminals': () => valueBy(withBatch({ terminated: tf.zerosLike })),
      'none behind time limits': () => valueBy(fqe, cutsAsEnds(dataset)),
      'the actions that were logged next': () => valueBy(withLoggedActions(dataset)),
      'another discount': () => valueBy(fqe, dataset, { discount: 0.75 }),
    },
  };
}

/** FQE with something else in its batches. */
function withBatch(changes: Readonly<Record<string, (given: tf.Tensor) => tf.Tensor>>): AnyAlgorithm {
  const cycle: AnyAlgorithm['cycle'] = (config) =>
    fqe.cycle(config).map((step) => (context: Parameters<typeof step>[0]) => {
      const changed = Object.entries(changes).map(([name, change]) => [
        name,
        change((context.batch as unknown as Record<string, tf.Tensor>)[name]!),
      ]);
      return step({ ...context, batch: { ...context.batch, ...Object.fromEntries(changed) } });
    });
  return { ...fqe, cycle } as AnyAlgorithm;
}

const cutsAsEnds = (dataset: Dataset): Dataset => ({
  ...dataset,
  terminated: dataset.terminated.map((ended, row) => ended || dataset.truncated[row]!),
});

/** FQE that asks for what was logged after each row, as SARSA does, and for the policy only where episodes begin. */
function withLoggedActions(dataset: Dataset): AnyAlgorithm {
  const batches: AnyAlgorithm['batches'] = (data: Dataset, config, rng, loaded) => {
    const { actions, actionSize } = data;
    const followed = transitions(dataset, { nextActions: true });
    const logged = new Float32Array(actions.length);
    for (const [i, row] of followed.rows.entries()) {
      const at = followed.nextActionRows![i]! * actionSize;
      logged.set(actions.subarray(at, at + actionSize), row * actionSize);
    }
    return fqe.batches(data, config, rng, { ...loaded, act: async () => logged });
  };
  return { ...fqe, batches } as AnyAlgorithm;
}
