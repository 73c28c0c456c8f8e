import { type JudgedLog, Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { estimateFromLog } from './estimate-from-log';

const log2 = (values: readonly number[]) => values.map(Math.log);

/** Episode A earns 1 and 2, B earns 3; the policy is 2, then half as likely to do as A did, and half as likely to do as B did. */
const TINY = {
  episodeEnds: [2, 3],
  rewards: [1, 2, 3],
  discount: 0.5,
  densities: { behaviour: log2([0.4, 0.8, 0.6]), policy: log2([0.8, 0.4, 0.3]) },
};

/** What two networks say of {@link TINY}; B was cut. */
const SAID = {
  logged: [
    [1, 2, 4],
    [3, 2, 0],
  ],
  policy: [
    [2, 1, 3],
    [4, 1, 1],
  ],
  cuts: [
    [0, 2],
    [0, 4],
  ],
};

/** Both networks learned from A, the second one alone from B. */
const networks = {
  ...SAID,
  counts: [
    [2, 0],
    [1, 1],
  ],
};

const only = (name: string, log: JudgedLog) => estimateFromLog(log, [name])[0]!;

// Double precision, a dozen operations.
const DIGITS = 12;

describe('by hand, of two episodes', () => {
  it.each([
    // (1 · 2 + 0.5 · 3) / 1.5: the returns are 1 + 0.5 · 2 and 3.
    ['wis', 3.5 / 1.5],
    // ((2 · 1 + 0.5 · 1 · 2) + 0.5 · 3) / 2
    ['pdis', 2.25],
    // (2 · 1 + 0.5 · 3) / 2.5 + 0.5 · (1 · 2) / (1 + 0.5): B is over, and keeps its weight.
    ['wpdis', 1.4 + 0.5 * (2 / 1.5)],
  ])('%s is what its equation says', (name, expected) => {
    const { value, logged } = only(name, TINY);
    expect(value).toBeCloseTo(expected, DIGITS);
    expect(logged).toBeCloseTo(2.5, DIGITS);
  });

  it('dr puts right what the networks say that did not learn from the episode', () => {
    // A by both: V 3 and 1, Q 2 and 2: errors 1 + 0.5 · 1 − 2 and 2 − 2. B by the first: V 3, Q 4, 3 + 0.5 · 2 − 4.
    const { value, logged } = only('dr', { ...TINY, networks });
    expect(value).toBeCloseTo((3 + 2 * -0.5 + (3 + 0.5 * 0)) / 2, DIGITS);
    // What B earned, and what is still to come after its cut.
    expect(logged).toBeCloseTo((2 + (3 + 0.5 * 2)) / 2, DIGITS);
  });

  it('wdr does so with weights that are shared out at every step', () => {
    const apart = { ...networks, logged: [[1, 0, 5], networks.logged[1]!] };
    // Errors of A: −0.5, then 2 − (0 + 2) / 2; of B: 4 − 5.
    const first = (2 * -0.5 + 0.5 * -1) / 2.5;
    const second = (1 * 1) / 1.5;
    const { value } = only('wdr', { ...TINY, networks: apart });
    expect(value).toBeCloseTo((3 + 3) / 2 + first + 0.5 * second, DIGITS);
  });

  it('fqe is the mean of all networks where episodes begin, beside what was earned and is still to come', () => {
    const { value, logged } = only('fqe', { ...TINY, networks });
    expect(value).toBeCloseTo((3 + 2) / 2, DIGITS);
    expect(logged).toBeCloseTo((2 + (3 + 0.5 * 3)) / 2, DIGITS);
  });

  it('initial-value is the mean of what critics say where episodes begin', () => {
    const { value, logged } = only('initial-value', {
      ...TINY,
      critics: { starts: [4, 1], cuts: [0, 2], surprise: 0 },
    });
    expect(value).toBe(2.5);
    expect(logged).toBe((2 + 4) / 2);
  });

  it('pdis and dr say what weights are on average', () => {
    // 2 and 1, which counts half, of A; 0.5 of B.
    for (const name of ['pdis', 'dr'])
      expect(only(name, { ...TINY, networks }).meanWeight).toBeCloseTo((2 + 0.5 * 1 + 0.5) / 2.5, DIGITS);
  });

  it.each([
    // Weights 1 and 0.5 of whole episodes.
    ['wis', 1.5 ** 2 / 1.25],
    // Over their course: (2 + 0.5 · 1) / 1.5 and 0.5.
    ['pdis', (2.5 / 1.5 + 0.5) ** 2 / ((2.5 / 1.5) ** 2 + 0.25)],
  ])('%s says how many episodes of equal weight would say as much', (name, expected) => {
    expect(only(name, TINY).effectiveEpisodes).toBeCloseTo(expected, DIGITS);
  });
});

/** Episodes of one to five steps with random rewards, probabilities and networks. */
function randomLog(seed: number, episodes = 30) {
  const rng = Rng.fromSeed(seed);
  const lengths = Array.from({ length: episodes }, () => 1 + rng.integer(5));
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const numbers = (count: number, low: number, high: number) =>
    Array.from({ length: count }, () => rng.uniform(low, high));
  return {
    log: {
      episodeEnds: lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0)),
      rewards: numbers(rows, -1, 2),
      discount: 0.9,
      densities: { behaviour: log2(numbers(rows, 0.2, 1)), policy: log2(numbers(rows, 0.2, 1)) },
    },
    zeros: {
      logged: [new Float64Array(rows)],
      policy: [new Float64Array(rows)],
      cuts: [new Float64Array(episodes)],
      counts: [new Float64Array(episodes)],
    },
  };
}

describe('what must be the same', () => {
  const { log, zeros } = randomLog(1);
  const value = (name: string, changes: Partial<JudgedLog> = {}) => only(name, { ...log, ...changes }).value!;

  it('is dr without networks and pdis, wdr without networks and wpdis', () => {
    expect(value('dr', { networks: zeros })).toBeCloseTo(value('pdis'), DIGITS);
    expect(value('wdr', { networks: zeros })).toBeCloseTo(value('wpdis'), DIGITS);
  });

  it('is the mean return, where the policy is who acted', () => {
    const densities = { behaviour: log.densities.behaviour, policy: log.densities.behaviour };
    for (const name of ['wis', 'pdis', 'wpdis']) {
      const same = only(name, { ...log, densities });
      expect(same.value).toBeCloseTo(same.logged, DIGITS);
      expect(same.effectiveEpisodes).toBeCloseTo(30, DIGITS);
    }
  });

  it('is dr and the truth, with exact networks of a chain without chance, whatever the weights', () => {
    // Everything earns its reward and ends where the episode does: Q(s_t, a_t) = G_t, and the policy does the same.
    const returns = log.rewards.map(() => 0);
    let sum = 0;
    for (let row = returns.length - 1; row >= 0; row--) {
      sum = log.rewards[row]! + (log.episodeEnds.includes(row + 1) ? 0 : log.discount * sum);
      returns[row] = sum;
    }
    const exact = { ...zeros, logged: [returns], policy: [returns] };
    for (const name of ['dr', 'wdr'])
      expect(value(name, { networks: exact })).toBeCloseTo(only('wis', log).logged, DIGITS);
  });

  it('is an estimate of the weights, however small all of them are', () => {
    const shifted = log.densities.behaviour.map((density) => density + 800);
    const far = { behaviour: shifted, policy: log.densities.policy };
    // Episodes of unequal length would weigh differently, so all are of one step here.
    const steps = { ...log, episodeEnds: log.rewards.map((_, i) => i + 1) };
    const near = only('wis', steps);
    expect(only('wis', { ...steps, densities: far }).value).toBeCloseTo(near.value!, 9); // e^−800 in logarithms
    expect(only('wpdis', { ...steps, densities: far }).value).toBeCloseTo(only('wpdis', steps).value!, 9);
  });
});
