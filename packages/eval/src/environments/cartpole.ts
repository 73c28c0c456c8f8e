import { type Environment, type EnvironmentSpec, type Policy, Rng } from '@lamo/core';
import { checkClass } from '../check-class';
import type { Player } from '../collect/collector';
import { type Appearance, defineEnvironment } from '../define-environment';
import { notRunning } from '../not-running';

const GRAVITY = 9.8;
const CART_MASS = 1;
const POLE_MASS = 0.1;
const TOTAL_MASS = CART_MASS + POLE_MASS;
/** Half the pole's length, in metres. */
const LENGTH = 0.5;
const FORCE = 10;
const SECONDS_PER_STEP = 0.02;
const FARTHEST = 2.4;
const STEEPEST = (12 * 2 * Math.PI) / 360;

/** Where the cart is, how fast, how far the pole leans, and how fast it falls: x, ẋ, θ, θ̇. */
type State = readonly [x: number, speed: number, angle: number, turning: number];

/**
 * Moves cart and pole one step on, by Euler's method (Barto, Sutton and Anderson 1983, as Gymnasium's `cartpole.py` has it).
 *
 * @param force on the cart, newtons to the right
 */
export function moveCart([x, speed, angle, turning]: State, force: number): State {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const pushed = (force + POLE_MASS * LENGTH * turning * turning * sine) / TOTAL_MASS;
  const inertia = LENGTH * (4 / 3 - (POLE_MASS * cosine * cosine) / TOTAL_MASS);
  const turn = (GRAVITY * sine - cosine * pushed) / inertia;
  const acceleration = pushed - (POLE_MASS * LENGTH * turn * cosine) / TOTAL_MASS;
  return [
    x + SECONDS_PER_STEP * speed,
    speed + SECONDS_PER_STEP * acceleration,
    angle + SECONDS_PER_STEP * turning,
    turning + SECONDS_PER_STEP * turn,
  ];
}

function openCartpole(spec: EnvironmentSpec): Environment {
  const observation = new Float64Array(4);
  let rng = Rng.fromSeed(0);
  let state: State | undefined;
  let steps = 0;
  return {
    spec,
    reset(seed) {
      if (seed !== undefined) rng = Rng.fromSeed(seed);
      const draw = () => rng.uniform(-0.05, 0.05);
      state = [draw(), draw(), draw(), draw()];
      steps = 0;
      observation.set(state);
      return observation;
    },
    step(action) {
      if (state === undefined) throw notRunning(spec.id);
      state = moveCart(state, checkClass(spec, action) === 1 ? FORCE : -FORCE);
      observation.set(state);
      steps += 1;
      const terminated = Math.abs(state[0]) > FARTHEST || Math.abs(state[2]) > STEEPEST;
      const truncated = !terminated && steps >= spec.maxEpisodeSteps;
      if (terminated || truncated) state = undefined;
      return { observation, reward: 1, terminated, truncated };
    },
    dispose() {},
  };
}

/**
 * Makes a policy that pushes the cart under the pole, and to the middle.
 *
 * @param carelessness largest share of its pushes that go anywhere; each episode draws its own. @default 0
 * @default seed 0
 */
export function balancingPolicy(carelessness = 0, seed = 0): Policy {
  const rng = Rng.fromSeed(seed).split('careless pushes');
  let shares: number[] = [];
  let actions = new Float32Array(0);
  return {
    actionSpace: SPACE,
    reset(batch) {
      shares = Array.from({ length: batch }, () => rng.uniform(0, carelessness));
      actions = new Float32Array(batch);
    },
    async act(observations) {
      for (const [slot, share] of shares.entries()) {
        const [x, speed, angle, turning] = observations.subarray(4 * slot, 4 * slot + 4);
        const best = 0.1 * x! + 0.3 * speed! + 3 * angle! + turning! > 0 ? 1 : 0;
        actions[slot] = rng.uniform(0, 1) < share ? rng.integer(2) : best;
      }
      return actions;
    },
  };
}

const SPACE = { kind: 'discrete', count: 2 } as const;

const balancing: Player = {
  name: 'balancing',
  description: 'pushes the cart under the pole, in some episodes more carelessly than in others',
  policy: (_, { seed, noise }) => balancingPolicy(noise ? 1 : 0, seed),
};

const UPRIGHT = [1, 0, 0, 0] as const;
/** A capsule lies along z. */
const ALONG_X = [Math.SQRT1_2, 0, Math.SQRT1_2, 0] as const;

/** Cart and pole in Gymnasium's proportions, on a rail that ends where the episode does. */
const appearance: Appearance = {
  scene: {
    bodies: 3,
    shapes: [
      { kind: 'capsule', body: 0, size: [0.02, FARTHEST, 0], position: [0, 0, 0], rotation: ALONG_X },
      { kind: 'box', body: 1, size: [0.2, 0.1, 0.12], position: [0, 0, 0], rotation: UPRIGHT },
      { kind: 'capsule', body: 2, size: [0.04, LENGTH, 0], position: [0, 0, LENGTH], rotation: UPRIGHT },
    ],
    meshes: [],
  },
  secondsPerStep: SECONDS_PER_STEP,
  posesAt({ 0: x = 0, 2: angle = 0 }) {
    const world = [0, 0, 0, ...UPRIGHT];
    const cart = [x, 0, 0, ...UPRIGHT];
    // The pole stands before the cart, on its middle; it leans to the right, about y.
    const pole = [x, -0.12, 0.06, Math.cos(angle / 2), 0, Math.sin(angle / 2), 0];
    return [...world, ...cart, ...pole];
  },
};

/** CartPole, Gymnasium's: a cart under a pole is pushed to the left (0) or to the right (1), and paid for each step that it stands. */
export const cartpole = defineEnvironment({
  name: 'cartpole',
  version: 1,
  spec: {
    observationSize: 4,
    actionSize: 1,
    actionSpace: SPACE,
    actionLow: 0,
    actionHigh: 1,
    maxEpisodeSteps: 500,
  },
  score: { random: 22, expert: 500, source: 'lamo' },
  appearance,
  collectors: [balancing],
  open: openCartpole,
});
