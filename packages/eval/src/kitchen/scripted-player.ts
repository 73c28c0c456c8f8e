import { type Policy, Rng } from '@lamo/core';
import type { Player } from '../collect/collector';
import { type ArmDriver, createArmDriver, readyPosture } from './arm-driver';
import { isComplete } from './elements';
import { assume, type Moves } from './moves';
import { kitchenSkills } from './skills';

/** What the script can do. */
export type KitchenSkill = keyof typeof kitchenSkills;

/** Chooses what an episode does, in its order. */
export type KitchenPlan = (rng: Rng) => readonly KitchenSkill[];

/** Standard deviation of the noise of actions. */
const NOISE = 0.1;
/** Slowest share of the highest speed, if it may vary. */
const SLOWEST = 0.9;
/** How often something is tried that does not succeed. */
const ATTEMPTS = 2;

/** Chooses some of everything that the script can do, as D4RL's demonstrations have four of seven. */
export function someSkills(count: number): KitchenPlan {
  const all = Object.keys(kitchenSkills) as KitchenSkill[];
  return (rng) => {
    const left = [...all];
    return Array.from({ length: count }, () => left.splice(rng.integer(left.length), 1)[0]!);
  };
}

/**
 * Creates the player that moves the arm by inverse kinematics through way-points, which follow the things that it sees. With noise it also
 * moves at another pace in each episode.
 */
export function scriptedPlayer(plan: KitchenPlan): Player {
  return {
    name: 'scripted',
    description: 'moves a robot arm through way-points, from one task to the next',
    policy: (_, { seed, noise }) => scriptedPolicy(plan, seed, noise),
  };
}

function scriptedPolicy(plan: KitchenPlan, seed: number, noise: boolean): Policy {
  const rng = Rng.fromSeed(seed).split('scripted arm');
  let episodes: ScriptedEpisode[] = [];
  let actions = new Float32Array(0);
  return {
    reset(batch) {
      episodes = Array.from({ length: batch }, () => startEpisode(plan, rng, noise));
      actions = new Float32Array(batch * ACTION_SIZE);
    },
    async act(observations) {
      const size = observations.length / episodes.length;
      for (const [slot, act] of episodes.entries())
        actions.set(act(observations.subarray(slot * size, (slot + 1) * size)), slot * ACTION_SIZE);
      return actions;
    },
  };
}

const ACTION_SIZE = 9;

/** Chooses the actions of one episode. */
type ScriptedEpisode = (observation: ArrayLike<number>) => number[];

function startEpisode(plan: KitchenPlan, rng: Rng, noise: boolean): ScriptedEpisode {
  const arm = createArmDriver(noise ? rng.uniform(SLOWEST, 1) : 1);
  const moves = follow(plan(rng), arm);
  return (observation) => {
    arm.see(observation);
    const { value } = moves.next();
    const action = arm.act(value ?? { posture: readyPosture, fingers: 0 });
    return noise
      ? action.map((component) => Math.min(1, Math.max(-1, component + NOISE * rng.normal())))
      : action;
  };
}

function* follow(elements: readonly KitchenSkill[], arm: ArmDriver): Moves {
  yield* assume(arm, readyPosture, { tolerance: 0.1 });
  for (const element of elements) {
    for (let attempt = 0; attempt < ATTEMPTS && !isComplete(element, arm.state); attempt++) {
      yield* kitchenSkills[element](arm);
      yield* assume(arm, readyPosture);
    }
  }
}
