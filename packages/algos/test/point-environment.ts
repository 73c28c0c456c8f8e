import { type Environment, type EnvironmentSpec, Rng } from '@lamo/core';

const box: EnvironmentSpec = {
  id: 'point',
  observationSize: 1,
  actionSize: 1,
  actionLow: -2,
  actionHigh: 2,
  maxEpisodeSteps: 8,
};

/** A pull of the left, none, or to the right. */
const PULLS = [-1, 0, 1];

/**
 * A point on a line that is to come to 0: observation x, action a pull of which a half is followed, reward −x². It is lost beyond
 * ±3, where the episode ends.
 */
export function pointEnvironment(kind: 'amounts' | 'classes' = 'amounts'): Environment {
  const isDiscrete = kind === 'classes';
  const spec = isDiscrete
    ? { ...box, actionSpace: { kind: 'discrete', count: 3 } as const, actionLow: 0, actionHigh: 2 }
    : box;
  let rng = Rng.fromSeed(0);
  let x = 0;
  let steps = 0;
  return {
    spec,
    reset(seed) {
      if (seed !== undefined) rng = Rng.fromSeed(seed);
      x = rng.uniform(-1.5, 1.5);
      steps = 0;
      return Float64Array.of(x);
    },
    step({ 0: action }) {
      x += (isDiscrete ? PULLS[action!]! : Math.min(2, Math.max(-2, action!))) / 2;
      steps += 1;
      const terminated = Math.abs(x) > 3;
      return {
        observation: Float64Array.of(x),
        reward: -(x ** 2),
        terminated,
        truncated: !terminated && steps >= 8,
      };
    },
    dispose() {},
  };
}

/** Mean return of a policy from 20 starts; staying where one is has −6, and coming to 0 at once about −0.2. */
export async function meanReturn(
  policy: {
    reset(batch: number): void;
    act(seen: Float32Array, rewards: Float32Array): Promise<Float32Array>;
  },
  kind: 'amounts' | 'classes' = 'amounts',
): Promise<number> {
  const environment = pointEnvironment(kind);
  let total = 0;
  policy.reset(1);
  for (let seed = 0; seed < 20; seed++) {
    let observation = environment.reset(seed);
    for (let ended = false; !ended; ) {
      const action = await policy.act(Float32Array.from(observation), new Float32Array(1));
      const result = environment.step(action);
      observation = result.observation;
      total += result.reward;
      ended = result.terminated || result.truncated;
    }
  }
  return total / 20;
}
