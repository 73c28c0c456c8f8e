import { createDataset, qlearningTransitions } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rewardConfig, rewardTransform } from './reward-config';

/**
 * An episode of 600 steps with reward 1 that a time limit cuts, one of 700 with reward 2 that terminates, and a row that
 * never ends. Observations count up within an episode.
 */
const lengths = [600, 700, 1];
const steps = lengths.flatMap((length, episode) => Array.from({ length }, (_, step) => ({ episode, step })));
const dataset = createDataset({
  observations: steps.map(({ episode, step }) => 10_000 * episode + step),
  actions: steps.map(() => 0),
  rewards: steps.map(({ episode }) => episode + 1),
  terminated: steps.map(({ episode, step }) => episode === 1 && step === 699),
  truncated: steps.map(({ episode, step }) => episode === 0 && step === 599),
});
const transitions = qlearningTransitions(dataset);
const parse = (given: object) => z.object(rewardConfig).parse(given);

describe('rewardTransform', () => {
  it('leaves rewards as they are by default', () => {
    expect(rewardTransform(transitions, parse({}))).toEqual({ rewardScale: 1, rewardShift: 0 });
  });

  it('scales and shifts', () => {
    expect(rewardTransform(transitions, parse({ rewardScale: 10, rewardBias: -5 }))).toEqual({
      rewardScale: 10,
      rewardShift: -5,
    });
  });

  it('normalises first, by the range of returns where observations do not continue', () => {
    // The Q-learning view has no time-outs and no last row: returns are 599 and 1400.
    const given = parse({ normaliseRewards: 'return-range', rewardScale: 2, rewardBias: -1 });
    expect(rewardTransform(transitions, given)).toEqual({ rewardScale: (1000 / 801) * 2, rewardShift: -1 });
  });

  it("can cut after 1000 steps, as CORL's scripts do", () => {
    // 599 of the first episode run into 401 of the second, which earn 1401 together; the other 299 earn 598.
    const given = parse({ normaliseRewards: 'return-range', returnCut: 'steps' });
    expect(rewardTransform(transitions, given).rewardScale).toBe(1000 / (1401 - 598));
  });
});
