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

describe('what is seen of it', () => {
  const { scene, secondsPerStep, posesAt } = cartpole.appearance!;

  it('stands where the observation says, and leans as far', () => {
    for (const [x, angle] of [
      [0, 0],
      [-1.2, 0.2],
      [2, -0.15],
    ] as const) {
      const poses = posesAt([x, 9, angle, 9]);
      expect(poses).toHaveLength(7 * scene.bodies);
      expect(poses.slice(0, 7)).toEqual([0, 0, 0, 1, 0, 0, 0]);
      expect(poses.slice(7, 14)).toEqual([x, 0, 0, 1, 0, 0, 0]);
      // A unit quaternion turns z into (2 (x z + w y), …, 1 − 2 (x² + y²)): up the pole, which leans to the right.
      const [at, , , w = 0, i = 0, j = 0, k = 0] = poses.slice(14);
      expect(at).toBe(x);
      expect(Math.hypot(w, i, j, k)).toBeCloseTo(1, 12);
      expect(2 * (i * k + w * j)).toBeCloseTo(Math.sin(angle), 12);
      expect(1 - 2 * (i * i + j * j)).toBeCloseTo(Math.cos(angle), 12);
    }
  });

  it('is the pole of the physics, on a rail as long as an episode lasts', async () => {
    const [rail, , pole] = scene.shapes;
    expect(rail).toMatchObject({ body: 0, size: [0.02, 2.4, 0] });
    // A pole of twice 0.5 m, which begins at the joint.
    expect(pole).toMatchObject({ body: 2, size: [0.04, 0.5, 0], position: [0, 0, 0.5] });
    const environment = await cartpole.open();
    const { 0: before, 1: speed } = [...environment.reset(1)];
    expect(environment.step([1]).observation[0]).toBeCloseTo(before! + secondsPerStep * speed!, 12);
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
