import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluate';
import { createEnvironment } from '../find-environment';
import { randomPolicy } from '../policies/random-policy';
import { mean } from '../statistics/statistics';
import { balancingPolicy, cartpole, moveCart } from './cartpole';

describe('the cart', () => {
  it('moves as force and momentum demand', () => {
    const rng = Rng.fromSeed(1);
    for (let i = 0; i < 20; i++) {
      const [x, speed, angle, turning] = Array.from({ length: 4 }, () => rng.uniform(-1, 1)) as [
        ...Parameters<typeof moveCart>[0],
      ];
      const force = rng.uniform(-10, 10);
      const after = moveCart([x, speed, angle, turning], force);
      expect(after[0]).toBeCloseTo(x + 0.02 * speed, 12);
      expect(after[2]).toBeCloseTo(angle + 0.02 * turning, 12);
      const [acceleration, turn] = [(after[1] - speed) / 0.02, (after[3] - turning) / 0.02];
      // Lagrange's equations of a cart of 1 kg with a pole of 0.1 kg and twice 0.5 m, without friction.
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      const pull = 0.1 * 0.5 * (turn * cosine - turning * turning * sine);
      expect((1 + 0.1) * acceleration + pull).toBeCloseTo(force, 9);
      expect((4 / 3) * 0.5 * turn + acceleration * cosine - 9.8 * sine).toBeCloseTo(0, 9);
    }
  });

  it('starts near the middle, and falls where nobody balances it', async () => {
    const environment = await createEnvironment('CartPole-v1');
    expect(environment.reset(3).every((value) => Math.abs(value) <= 0.05)).toBe(true);
    let result = environment.step([1]);
    let steps = 1;
    for (; !result.terminated; steps++) result = environment.step([1]);
    expect(result).toMatchObject({ reward: 1, terminated: true, truncated: false });
    expect(Math.abs(result.observation[2]!)).toBeGreaterThan((12 * Math.PI) / 180);
    expect(steps).toBeLessThan(13);
    expect(() => environment.step([0])).toThrow('Call `reset` before the first step');
  });
});

describe('scores', () => {
  const returnsOf = async (policy: ReturnType<typeof randomPolicy>, episodes: number) => {
    const returns: number[] = [];
    for await (const episode of evaluate(policy, 'cartpole-v1', { episodes })) returns.push(episode.return);
    return returns;
  };

  it('begin with random pushes and end with those of whoever balances for the whole time', async () => {
    // Standard deviation 12, so that the mean of 1000 scatters by 0.4.
    expect(mean(await returnsOf(randomPolicy(cartpole.spec), 1000))).toBeCloseTo(
      cartpole.score!.random,
      -0.5,
    );
    expect(new Set(await returnsOf(balancingPolicy(), 50))).toEqual(new Set([cartpole.score!.expert]));
    const careless = await returnsOf(balancingPolicy(1), 50);
    expect(mean(careless)).toBeGreaterThan(100);
    expect(Math.min(...careless)).toBeLessThan(100);
  });
});
