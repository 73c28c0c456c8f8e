import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { minMaxReturn } from './return-range';
import { qlearningTransitions } from './transitions';

/** Four rows cut by a time-out, three that terminate, two unfinished. Rewards are powers of two, to tell sums apart. */
const dataset = createDataset({
  observations: [0, 1, 2, 3, 10, 11, 12, 20, 21],
  actions: new Array(9).fill(0),
  rewards: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  terminated: [0, 0, 0, 0, 0, 0, 1, 0, 0],
  truncated: [0, 0, 0, 1, 0, 0, 0, 0, 0],
});
// The Q-learning view has rows 0 1 2 | 4 5 6 | 7: the time-out and the last row are gone.
const view = qlearningTransitions(dataset);

describe('minMaxReturn', () => {
  it('counts steps across dropped time-outs as CORL does, and drops the rest at the end', () => {
    // Cuts after 2 steps or a terminal: 1+2, 4+16, 32+64; row 7 is the rest.
    expect(minMaxReturn(view, { cut: 'steps', maxEpisodeSteps: 2 })).toEqual({
      min: 3,
      max: 96,
      rewardScale: 1000 / 93,
    });
    // Three steps happen to meet the time-out, so nothing drifts here.
    expect(minMaxReturn(view, { cut: 'steps', maxEpisodeSteps: 3 })).toMatchObject({ min: 7, max: 112 });
  });

  it('cuts where observations do not continue as the official IQL does, the rest at the end included', () => {
    // The time-out row's own observation is where row 2 leads; row 4 begins elsewhere.
    expect(minMaxReturn(view, { cut: 'continuity' })).toEqual({ min: 7, max: 128, rewardScale: 1000 / 121 });
  });

  it('refuses returns without a range', () => {
    expect(() => minMaxReturn(view, { cut: 'steps', maxEpisodeSteps: 6 })).toThrow(
      expect.objectContaining({
        code: 'constant-return',
        message: expect.stringContaining('--normalise-rewards none'),
      }),
    );
  });
});
