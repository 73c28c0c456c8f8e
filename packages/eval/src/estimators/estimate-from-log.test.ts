import { type JudgedLog, Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { compareEstimates } from './compare-estimates';
import { estimateFromLog } from './estimate-from-log';
import { estimators } from './estimators';

const only = (name: string, log: JudgedLog, options?: Parameters<typeof estimateFromLog>[2]) =>
  estimateFromLog(log, [name], options)[0]!;

// Double precision, a dozen operations.
const DIGITS = 12;

/** Three rows of two episodes. */
const TINY = {
  ...{ episodeEnds: [2, 3], rewards: [1, 2, 3], discount: 0.5 },
  densities: { behaviour: [0, 0, 0], policy: [0, 0, 0] },
};

/** Thirty episodes of two steps with random rewards, as likely for the policy as for whoever acted, give or take a third. */
function randomLog(seed: number) {
  const rng = Rng.fromSeed(seed);
  const numbers = (low: number, high: number) => Array.from({ length: 60 }, () => rng.uniform(low, high));
  return {
    log: {
      ...{ episodeEnds: Array.from({ length: 30 }, (_, i) => 2 * i + 2), rewards: numbers(-1, 2) },
      ...{ discount: 0.9, densities: { behaviour: numbers(-1, -0.7), policy: numbers(-1, -0.7) } },
    },
  };
}

/** A chain of three steps; each goes wrong by chance, right pays 1. Whoever acted chose right in 60 of 100, the policy in 80. */
function logChain(seed: number, episodes: number) {
  const rng = Rng.fromSeed(seed);
  const rows = Array.from({ length: 3 * episodes }, () => {
    const isRight = rng.uniform() < 0.6;
    return { isRight, reward: Number(rng.uniform() < (isRight ? 0.9 : 0.3)) };
  });
  const pick = (chance: number) => rows.map(({ isRight }) => Math.log(isRight ? chance : 1 - chance));
  return {
    episodeEnds: Array.from({ length: episodes }, (_, i) => 3 * (i + 1)),
    rewards: rows.map(({ reward }) => reward),
    discount: 0.8,
    densities: { behaviour: pick(0.6), policy: pick(0.8) },
  };
}

describe('a chain whose value is known', () => {
  const log = logChain(5, 4000);
  // 0.8 · 0.9 + 0.2 · 0.3 at each of three steps.
  const truth = 0.78 * (1 + 0.8 + 0.64);
  const ofBehaviour = 0.66 * (1 + 0.8 + 0.64);
  // Four thousand episodes: three standard errors of the widest of these estimates; what is wrong is off by 0.29.
  const TOLERANCE = 0.1;

  // Networks that are wrong by as much as whoever acted is: only the weights can put that right.
  const wrong = log.rewards.map((_, row) => 0.66 * [2.44, 1.8, 1][row % 3]!);
  const networks = {
    ...{ logged: [wrong], policy: [wrong], cuts: [new Float64Array(4000)] },
    counts: [new Float64Array(4000)],
  };

  it.each(['wis', 'pdis', 'wpdis', 'dr', 'wdr'])('is estimated by %s, and said to be better', (name) => {
    const { value, interval, logged, verdict } = only(name, { ...log, networks }, { resamples: 200 });
    expect(Math.abs(logged - ofBehaviour)).toBeLessThan(TOLERANCE / 2);
    expect(Math.abs(value! - truth)).toBeLessThan(TOLERANCE);
    expect(interval!.low).toBeLessThan(truth);
    expect(interval!.high).toBeGreaterThan(truth);
    expect(verdict).toBe('better');
  });

  it.each(['wis', 'pdis', 'wpdis', 'dr', 'wdr'])('is missed by %s without weights', (name) => {
    const { behaviour } = log.densities;
    const unweighted = { ...log, networks, densities: { behaviour, policy: behaviour } };
    const { value, verdict } = only(name, unweighted, { resamples: 200 });
    expect(Math.abs(value! - truth)).toBeGreaterThan(2 * TOLERANCE);
    expect(verdict).not.toBe('better');
  });
});

describe('an interval', () => {
  it('is the same for the same seed, and another for another', () => {
    const { log } = randomLog(2);
    expect(only('wis', log, { seed: 3 })).toEqual(only('wis', log, { seed: 3 }));
    expect(only('wis', log, { seed: 4 }).interval).not.toEqual(only('wis', log, { seed: 3 }).interval);
  });

  it('has how far networks are apart, with as few degrees of freedom as they leave', () => {
    const episodes = 40;
    const said = [1, 2, 3, 4, 6].map((value) => new Float64Array(episodes).fill(value));
    const log = {
      episodeEnds: said[0]!.map((_, i) => i + 1),
      rewards: new Float64Array(episodes),
      discount: 0.9,
      networks: {
        ...{ logged: said, policy: said, counts: said },
        cuts: said.map(() => new Float64Array(episodes)),
      },
    };
    const { value, interval, verdict } = only('fqe', log, { resamples: 20_000 });
    expect(value).toBeCloseTo(3.2, DIGITS);
    // 0.975 quantile of Student's t with 4 degrees of freedom, times their standard deviation; 20,000 draws know it to 2 %.
    const deviation = Math.sqrt((2.2 ** 2 + 1.2 ** 2 + 0.2 ** 2 + 0.8 ** 2 + 2.8 ** 2) / 4);
    const width = (interval!.high - interval!.low) / 2;
    expect(width / (2.776 * deviation)).toBeGreaterThan(0.94);
    expect(width / (2.776 * deviation)).toBeLessThan(1.06);
    expect(verdict).toBe('undecided');
  });

  it('is missing, and the estimate unusable, where the policy never does what was done', () => {
    const { log } = randomLog(3);
    const never = log.rewards.map(() => Number.NEGATIVE_INFINITY);
    const strange = { ...log, densities: { ...log.densities, policy: never } };
    for (const name of ['wis', 'wpdis'])
      expect(only(name, strange)).toMatchObject({
        ...{ value: null, interval: null, difference: null, effectiveEpisodes: 0 },
        ...{ verdict: 'unusable', draws: [] },
      });
    expect(only('pdis', strange)).toMatchObject({ value: 0, verdict: 'unusable' });
  });

  it('does not make an estimate usable that a few episodes decide', () => {
    const { log } = randomLog(4);
    // As likely as for whoever acted in nine episodes of thirty, and never in the others.
    const ninth = log.episodeEnds[8]!;
    const policy = log.densities.behaviour.map((density, row) =>
      row < ninth ? density : Number.NEGATIVE_INFINITY,
    );
    const rare = only('wis', { ...log, densities: { ...log.densities, policy } });
    expect(rare.effectiveEpisodes).toBeCloseTo(9, DIGITS);
    expect(rare).toMatchObject({ verdict: 'unusable', value: expect.any(Number) });
  });

  it('is missing for a single episode', () => {
    const single = { ...TINY, episodeEnds: [3] };
    expect(only('wis', single)).toMatchObject({ value: 1 + 1 + 0.75, interval: null, verdict: 'unusable' });
  });
});

describe('what is known to be wrong', () => {
  it('makes an estimate unusable whose weights are not 1 on average', () => {
    const log = logChain(7, 200);
    const rare = log.densities.policy.map((density) => density - 0.5);
    // e^−½ at the first of three steps, e^−1 and e^−3⁄2 at the others: 0.41 on average, discounted.
    const lost = only('pdis', { ...log, densities: { ...log.densities, policy: rare } });
    expect(lost.meanWeight).toBeGreaterThan(0.3);
    expect(lost.meanWeight).toBeLessThan(0.5);
    expect(lost.verdict).toBe('unusable');
    expect(only('pdis', log)).toMatchObject({ verdict: expect.not.stringMatching('unusable') });
    expect(only('wis', log).meanWeight).toBe(null);
  });

  it('has no number for weights that are larger than any', () => {
    const log = logChain(7, 200);
    const far = log.densities.policy.map((density) => density + 800);
    const lost = only('pdis', { ...log, densities: { ...log.densities, policy: far } });
    expect(lost).toMatchObject({ meanWeight: null, verdict: 'unusable' });
  });

  it('is in the interval of critics: what the log surprises them by, at every step', () => {
    const log = {
      ...TINY,
      episodeEnds: Array.from({ length: 30 }, (_, i) => i + 1),
      rewards: new Float64Array(30),
    };
    const critics = { starts: new Float64Array(30).fill(2), cuts: new Float64Array(30), surprise: 0 };
    const { densities: _, ...bare } = log;
    expect(only('initial-value', { ...bare, critics })).toMatchObject({ verdict: 'better', slack: 0 });
    const off = only('initial-value', { ...bare, critics: { ...critics, surprise: -1.5 } });
    // 1.5 / (1 − 0.5) to both sides.
    expect(off).toMatchObject({ value: 2, interval: { low: -1, high: 5 }, slack: 3, verdict: 'undecided' });
    const lower = only('initial-value', { ...bare, critics: { ...critics, starts: new Float64Array(30) } });
    expect(compareEstimates(off, lower).verdict).toBe('undecided');
  });
});

it('what networks may still move by is in every interval that they have a part in', () => {
  const { log } = randomLog(8);
  const zeros = { rows: [new Float64Array(60)], episodes: [new Float64Array(30)] };
  const networks = { logged: zeros.rows, policy: zeros.rows, cuts: zeros.episodes, counts: zeros.episodes };
  for (const name of ['fqe', 'dr', 'wdr']) {
    const still = only(name, { ...log, networks });
    const moving = only(name, { ...log, networks: { ...networks, drift: 0.5 } });
    expect(moving.interval!.low).toBeCloseTo(still.interval!.low - 0.5, DIGITS);
    expect(moving.interval!.high).toBeCloseTo(still.interval!.high + 0.5, DIGITS);
    expect(moving.value).toBe(still.value);
  }
});

describe('two policies', () => {
  const log = logChain(6, 1000);
  const judged = (chance: number) => {
    const right = log.densities.behaviour.map((density) => density > Math.log(0.5));
    const policy = right.map((isRight) => Math.log(isRight ? chance : 1 - chance));
    return only('wis', { ...log, densities: { ...log.densities, policy } });
  };

  it('are told apart by the same samples', () => {
    expect(compareEstimates(judged(0.8), judged(0.5)).verdict).toBe('better');
    expect(compareEstimates(judged(0.5), judged(0.8)).verdict).toBe('worse');
    const { difference, verdict } = compareEstimates(judged(0.7), judged(0.7));
    expect(difference).toEqual({ low: 0, high: 0 });
    expect(verdict).toBe('undecided');
  });

  it('are compared more sharply than their intervals are wide', () => {
    const [first, second] = [judged(0.72), judged(0.7)];
    expect(first.interval!.low).toBeLessThan(second.interval!.high);
    expect(compareEstimates(first, second).verdict).toBe('better');
  });

  it('are not compared where estimates were made differently', () => {
    const few = only('wis', log, { resamples: 10 });
    expect(() => compareEstimates(judged(0.8), few)).toThrow(/not made alike.*1000 samples and .*10 samples/);
    expect(compareEstimates(judged(0.8), { ...few, verdict: 'unusable' })).toEqual({
      difference: null,
      verdict: 'unusable',
    });
  });
});

describe('a judged log is refused', () => {
  it('whose columns do not fit', () => {
    expect(() => only('wis', { ...TINY, episodeEnds: [2] })).toThrow(/last episode.*received 2/i);
    const densities = { behaviour: [0], policy: [0, 0, 0] };
    expect(() => only('wis', { ...TINY, densities })).toThrow(/'densities'.*Expected 3 numbers, received 1/);
  });

  it('that lacks what an estimator reads, or has no such estimator', () => {
    for (const { name, needs } of estimators) {
      const { densities: _, ...bare } = TINY;
      expect(() => only(name, bare)).toThrow(`has no ${needs[0]}`);
    }
    expect(() => only('wsi', TINY)).toThrow(/no estimator 'wsi'.*Did you mean 'wis'/);
  });

  it('that says of what was done that it was impossible', () => {
    const behaviour = [0, Number.NEGATIVE_INFINITY, 0];
    const strange = { ...TINY, densities: { ...TINY.densities, behaviour } };
    expect(() => only('wis', strange)).toThrow(/row 1.*impossible.*--behaviour fitted/);
  });
});
