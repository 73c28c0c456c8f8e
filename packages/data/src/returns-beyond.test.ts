import { describe, expect, it } from 'vitest';
import { returnsToGo } from './returns';
import { type CutReturns, returnsBeyond } from './returns-beyond';

/** Of three episodes the first is cut without success, the second one with, the third terminates; the fourth is unfinished. */
const rewards = [-5, -5, -5, 5, -5, -5, -5, -5];
const episodes = {
  episodeEnds: Uint32Array.of(2, 5, 7, 8),
  terminated: Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0),
};
const beyond = (cut: CutReturns) => [...returnsBeyond(rewards, episodes, 0.5, cut)];

describe('returnsBeyond', () => {
  it('adds nothing to what was logged unless told to', () => {
    expect(beyond('nothing')).toEqual([0, 0, 0, 0]);
  });

  it('lets an episode go on that earned the same in every step, unless it terminated', () => {
    expect(beyond('constant')).toEqual([-10, 0, 0, -10]);
  });

  it('lets the last reward go on wherever an episode did not terminate', () => {
    expect(beyond('last-reward')).toEqual([-10, -10, 0, -10]);
  });

  it('makes the return of a failure r / (1 − discount) from every step of it', () => {
    const returns = returnsToGo(
      rewards,
      episodes.episodeEnds,
      0.5,
      returnsBeyond(rewards, episodes, 0.5, 'constant'),
    );
    expect(returns).toEqual(Float32Array.of(-10, -10, -3.75, 2.5, -5, -7.5, -5, -10));
  });

  it('refuses to add up for ever what is not discounted', () => {
    expect(() => returnsBeyond(rewards, episodes, 1, 'constant')).toThrow(
      /discount. must be a number below 1 for 'constant'/,
    );
    expect(returnsBeyond(rewards, episodes, 1, 'nothing')).toHaveLength(4);
  });
});
