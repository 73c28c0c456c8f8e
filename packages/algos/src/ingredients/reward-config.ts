import { minMaxReturn, type TransitionSamplerOptions, type Transitions } from '@lamo/data';
import { z } from 'zod';

/** Settings of algorithms that learn from rewards: what is done to them before anything else. */
export const rewardConfig = {
  normaliseRewards: z
    .enum(['none', 'return-range'])
    .default('none')
    .describe('return-range: multiply rewards by 1000 over the range of the returns in the data'),
  returnCut: z
    .enum(['continuity', 'steps'])
    .default('continuity')
    .describe(
      'Where trajectories end whose returns are compared: where observations do not continue, or after 1000 steps (CORL)',
    ),
  rewardScale: z.number().positive().default(1).describe('What rewards are multiplied by, after normalising'),
  rewardBias: z.number().default(0).describe('Added to the scaled rewards; AntMaze usually takes -1'),
};

/** The values of {@link rewardConfig}. */
export type RewardConfig = z.infer<z.ZodObject<typeof rewardConfig>>;

/**
 * Works out what a `transitionSampler` does to rewards: normalise, then scale, then add the bias.
 *
 * @throws LamoError `constant-return` if rewards are to be normalised and all trajectories have the same return
 * @example
 * transitionSampler(transitions, { batchSize, rng, ...rewardTransform(transitions, config) });
 */
export function rewardTransform(
  transitions: Transitions,
  { normaliseRewards, returnCut, rewardScale, rewardBias }: RewardConfig,
): Required<Pick<TransitionSamplerOptions, 'rewardScale' | 'rewardShift'>> {
  const normalise =
    normaliseRewards === 'none' ? 1 : minMaxReturn(transitions, { cut: returnCut }).rewardScale;
  return { rewardScale: normalise * rewardScale, rewardShift: rewardBias };
}

/**
 * Finds what values of rewards are divided by to be in the units of the data's own.
 *
 * @param config settings as {@link rewardConfig}, as far as an algorithm has them
 * @returns null where that is not known from the settings: a bias counts more the longer an episode goes on, and by what returns
 *   are normalised follows from the data
 */
export function rawRewardScale({
  normaliseRewards = 'none',
  rewardScale = 1,
  rewardBias = 0,
}: Partial<RewardConfig>): number | null {
  return normaliseRewards === 'none' && rewardBias === 0 ? rewardScale : null;
}
