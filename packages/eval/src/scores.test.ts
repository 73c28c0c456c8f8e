import { describe, expect, it } from 'vitest';
import { normalisedScore, referenceReturns } from './scores';

describe('normalisedScore', () => {
  it('is 0 for the random return and 100 for the expert one', () => {
    expect(normalisedScore('maze2d-umaze-v1', 23.85)).toBe(0);
    expect(normalisedScore('maze2d-umaze-v1', 161.86)).toBe(100);
  });

  it('puts the return of a known run where its authors did', () => {
    // 3,878 on HalfCheetah by hand: (3878 + 280.178953) / (12135 + 280.178953).
    expect(normalisedScore('halfcheetah-medium-v2', 3878)).toBeCloseTo(33.4927, 4);
  });

  it.each([null, undefined, Number.NaN, Number.NEGATIVE_INFINITY, '', '3000', [3000]])(
    'refuses %j, which is not a return',
    (value) => {
      expect(() => normalisedScore('hopper-v4', value as number)).toThrow('is not a finite number');
    },
  );

  it('takes the reference returns of an environment of one’s own', () => {
    expect(normalisedScore({ random: 20, expert: 220, source: 'me' }, 120)).toBe(50);
  });

  it('goes below 0 and above 100', () => {
    expect(normalisedScore('hopper-v4', -100)).toBeLessThan(0);
    expect(normalisedScore('hopper-v4', 4000)).toBeGreaterThan(100);
  });

  it('reads Gymnasium spellings', () => {
    expect(normalisedScore('HalfCheetah-v4', 12135)).toBe(100);
  });
});

describe('referenceReturns', () => {
  it.each([
    ['halfcheetah-random-v0', -280.178953, 12135],
    ['hopper-medium-replay-v1', -20.272305, 3234.3],
    ['walker2d-full-replay-v2', 1.629008, 4592.3],
    ['ant-medium-expert-v2', -325.6, 3879.7],
    ['maze2d-open-v0', 0.01, 20.66],
    ['maze2d-medium-v1', 13.13, 277.39],
    ['maze2d-large-v0', 4.83, 191.99],
    ['maze2d-eval-large-v1', 16.4, 302.22],
    ['maze2d-large-dense-v1', 30.569041, 303.4857382709002],
    ['antmaze-medium-diverse-v2', 0, 1],
    ['kitchen-partial-v0', 0, 4],
    ['pen-human-v1', 96.262799, 3076.8331017826877],
    ['hammer-cloned-v0', -274.856578, 12794.134825156867],
    ['relocate-expert-v1', -6.425911, 4233.877797728884],
    ['door-human-v0', -56.512833, 2880.5693087298737],
    ['minigrid-fourrooms-v0', 0.01442, 2.89685],
  ])('of %s are those of D4RL', (id, random, expert) => {
    expect(referenceReturns(id)).toEqual({ random, expert, source: 'D4RL' });
  });

  it('names the nearest id for an unknown one', () => {
    expect(() => referenceReturns('hoper-medium-v2')).toThrow('Did you mean "hopper-medium-v2"?');
    expect(() => referenceReturns('montezuma')).toThrow('Report the return itself.');
  });
});
