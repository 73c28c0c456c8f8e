import { expect } from 'vitest';
import type { TrainedPolicy } from '../kinds/policy';

/** Episodes that a policy is let play. */
export const EPISODES: readonly number[] = [0, 1, 2];

/** What an episode shows at a step, [3] as in the toy dataset: a place that no other step has. */
export function toyObservation(episode: number, step: number): number[] {
  return [Math.sin(episode + 2 * step), Math.cos(3 * episode - step), step / 6];
}

/**
 * Lets a policy act for a few steps with observations and rewards that are always the same.
 *
 * @param episodes which ones, played side by side
 * @returns the actions of each episode, [episodes][4 steps · 2], or its classes, [episodes][4 steps]
 */
export async function playToy(policy: TrainedPolicy, episodes = EPISODES): Promise<number[][]> {
  const played: number[][] = episodes.map(() => []);
  const size = policy.actionSpace?.kind === 'discrete' ? 1 : 2;
  policy.reset(episodes.length);
  for (let step = 0; step < 4; step++) {
    const observations = Float32Array.from(episodes.flatMap((episode) => toyObservation(episode, step)));
    const rewards = Float32Array.from(episodes, (episode) => (step === 0 ? 0 : -0.1 * (episode + step)));
    const actions = await policy.act(observations, rewards);
    expect(actions.length, `\`act\` returns ${size} numbers for each episode, [B, A]`).toBe(
      size * episodes.length,
    );
    for (const [i, chosen] of played.entries()) chosen.push(...actions.slice(size * i, size * i + size));
  }
  return played;
}
