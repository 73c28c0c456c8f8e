import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { cql } from '../algorithms/cql';
import { parseConfig } from '../engine/parse-config';
import { settingsForLaterRows } from './transition-batches';

/** Two episodes of one row each, with returns of 1 and 5. */
const dataset = createDataset({
  observations: [0, 1],
  actions: [0, 0],
  rewards: [1, 5],
  terminated: [1, 1],
  truncated: [0, 0],
  nextObservations: [1, 2],
});
const configOf = (given: object) => parseConfig(cql, { ...given });

describe('settings for rows that are logged later', () => {
  it('multiply rewards by what those of the dataset are multiplied by', () => {
    const config = configOf({ normaliseRewards: 'return-range', rewardScale: 2, rewardBias: -1 });
    expect(settingsForLaterRows(dataset, config)).toEqual({
      ...config,
      normaliseRewards: 'none',
      rewardScale: (1000 / 4) * 2,
    });
  });

  it('make all of them transitions, whatever the dataset’s are', () => {
    const config = configOf({ transitions: 'd4rl' });
    expect(settingsForLaterRows(dataset, config)).toEqual({ ...config, transitions: 'all' });
  });

  it('are as given where an algorithm has no such settings', () => {
    expect(settingsForLaterRows(undefined, { batchSize: 4 })).toEqual({ batchSize: 4 });
  });

  it('refuse to normalise by returns of nothing', () => {
    const config = configOf({ normaliseRewards: 'return-range' });
    expect(() => settingsForLaterRows(undefined, config)).toThrow(
      /normalised by the returns of decisions that were logged before, because there are none/,
    );
  });
});
