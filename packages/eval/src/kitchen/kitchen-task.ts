import type { EnvironmentSpec, Rng } from '@lamo/core';
import { type MujocoEnvironment, openMujoco } from '../mujoco/mujoco-environment';
import { PANDA_JOINTS } from '../robots/panda';
import { isComplete, type KitchenElement, kitchenElements } from './elements';
import { kitchenMjcf } from './kitchen-model';

/** Positions in a state: 9 of the arm, 14 of hinges and slides, 7 of the kettle. */
export const KITCHEN_POSITIONS = 30;

/** The state that every episode starts in, at rest. */
const initialState = [
  ...[0.148388023, -1.76848573, 1.84390296, -2.4768576, 0.260252026, 0.712533105, 1.59515394],
  ...[0.0479267505, 0.0371350919],
  ...[-2.6627985e-4, -5.18043486e-5, 3.1287722e-5, -4.51199853e-5],
  ...[-3.90842156e-6, -4.22629655e-5, 6.28065475e-5, 4.04984708e-5],
  ...[4.62730939e-4, -2.26906415e-4, -4.65501369e-4, -6.44129196e-3, -1.77048263e-3, 1.08009684e-3],
  ...[-0.26939744, 0.350383255, 1.61944683, 1.00618764, 4.0639512e-3, -6.62095997e-3, -2.68278933e-4],
];

/** Largest noise of each observed position: a tenth of what `franka_config.xml` says. */
const noise = [
  ...[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
  ...[0.005, 0.005, 0.0005, 0.0005, 0.0005, 0.0005, 0.0005, 0.0005],
  ...[0.005, 0.005, 0.005, 0.1, 0.1, 0.1],
  ...[0.005, 0.005, 0.005, 0.1, 0.1, 0.1, 0.005],
].map((amplitude) => 0.1 * amplitude);

/** Simulation steps of 2 ms for each action. */
const FRAME_SKIP = 40;
/** How far the largest action moves the target of a joint: 2 rad/s (of a finger: m/s) for 80 ms. */
export const TARGET_SHIFT = 2 * 0.08;
/** Bounds of the targets, radians and metres. */
const targets: readonly (readonly [low: number, high: number])[] = [
  [-2.9, 2.9],
  [-1.8, 1.8],
  [-2.9, 2.9],
  [-3.1, 0],
  [-2.9, 2.9],
  [0, 3.8],
  [-2.9, 2.9],
  [0, 0.04],
  [0, 0.04],
];

/**
 * Opens D4RL's kitchen (`kitchen_multitask_v0.py`, `kitchen_envs.py`): an arm that is to bring some parts of a kitchen into given states.
 * Observations: 30 positions with noise, and the goal, zero where there is none. Actions: a velocity of each joint, which moves the target of its servo
 * from where the joint was seen last. An element pays 1 in the first step that it is seen complete in; the task ends when all have
 * paid.
 */
export function openKitchen(
  spec: EnvironmentSpec,
  elements: readonly KitchenElement[],
): Promise<MujocoEnvironment> {
  const seen = new Float64Array(2 * KITCHEN_POSITIONS);
  const goal = goalOf(elements);
  let rng: Rng;
  let remaining: readonly KitchenElement[] = elements;
  let reward = 0;
  return openMujoco(kitchenMjcf(), {
    spec,
    frameSkip: FRAME_SKIP,
    drawInitialState: (_, qpos) => qpos.set(initialState),
    start(episodeRng) {
      rng = episodeRng;
      remaining = elements;
    },
    control(action, control) {
      for (let i = 0; i < PANDA_JOINTS; i++) {
        const [low, high] = targets[i]!;
        control[i] = Math.min(high, Math.max(low, seen[i]! + TARGET_SHIFT * action[i]!));
      }
    },
    observe(qpos, _, observation) {
      for (const [i, amplitude] of noise.entries()) seen[i] = qpos[i]! + amplitude * rng.uniform(-1, 1);
      seen.set(goal, KITCHEN_POSITIONS);
      observation.set(seen);
    },
    isTerminated() {
      const still = remaining.filter((element) => !isComplete(element, seen));
      reward = remaining.length - still.length;
      remaining = still;
      return remaining.length === 0;
    },
    reward: () => reward,
  });
}

function goalOf(elements: readonly KitchenElement[]): Float64Array {
  const goal = new Float64Array(KITCHEN_POSITIONS);
  for (const name of elements) goal.set(kitchenElements[name].goal, kitchenElements[name].first);
  return goal;
}
