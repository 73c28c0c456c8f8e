import { type ActionBounds, type Environment, LamoError, type Policy, type Rng } from '@lamo/core';
import { actionDrawer, classCount, type Replay } from '@lamo/data';
import { scaleActions } from '../kinds/action-bounds';
import { specOf } from './experience';

/** Where a {@link Player} is: what a checkpoint says of it. */
export interface PlayerState {
  /** Rows logged so far. */
  readonly rows: number;
  /** Number of the episode that runs, from 0. */
  readonly episode: number;
  /** Actions taken in it, one after the other: they lead back to where it is. */
  readonly actions: readonly number[];
  /** Its return so far. */
  readonly return: number;
}

/** An episode that has ended. */
export interface PlayedEpisode {
  /** Undiscounted sum of its rewards. */
  readonly return: number;
  readonly length: number;
}

/** Acts in one environment, episode after episode, and logs what happens. */
export class Player {
  #observation: Float64Array | Uint8Array | undefined;
  #episode = 0;
  #actions: number[] = [];
  #return = 0;
  /** Between what actions lie; null for −1 and 1. */
  readonly #bounds: ActionBounds | null;

  /**
   * @param environment stays the caller's, who disposes of it
   * @param replay where rows go, actions as networks have them: between −1 and 1, or one number for each class
   * @param seed every episode starts from a seed derived from it
   */
  constructor(
    readonly environment: Environment,
    readonly replay: Replay,
    readonly seed: Rng,
  ) {
    this.#bounds = specOf(environment).actionBounds ?? null;
  }

  /** Takes steps with a policy. @returns the episodes that ended in them */
  async play(policy: Policy, steps: number): Promise<PlayedEpisode[]> {
    const ended: PlayedEpisode[] = [];
    policy.reset(1);
    const seen = new Float32Array(this.environment.spec.observationSize);
    const nothing = new Float32Array(1);
    for (let i = 0; i < steps; i++) {
      this.#observation ??= this.#begin();
      seen.set(this.#observation);
      const bytes = this.#observation instanceof Uint8Array ? this.#observation : seen;
      const episode = this.#step(seen, await policy.act(bytes, nothing));
      if (episode !== undefined) ended.push(episode);
    }
    return ended;
  }

  state(): PlayerState {
    return {
      rows: this.replay.size,
      episode: this.#episode,
      actions: [...this.#actions],
      return: this.#return,
    };
  }

  /** Goes back to where it was, by taking the actions of the episode again. @throws LamoError `not-repeatable` */
  restore({ episode, actions, return: earned }: PlayerState): void {
    this.#episode = episode;
    this.#observation = this.#begin();
    const { actionSize } = this.environment.spec;
    this.#return = 0;
    for (let i = 0; i < actions.length; i += actionSize) {
      const result = this.environment.step(actions.slice(i, i + actionSize));
      if (result.terminated || result.truncated)
        throw notRepeatable(this.environment.spec.id, i / actionSize);
      this.#return += result.reward;
      this.#observation = result.observation;
    }
    this.#actions = [...actions];
    if (this.#return !== earned) throw notRepeatable(this.environment.spec.id, actions.length / actionSize);
  }

  #begin() {
    return this.environment.reset(this.seed.split(`episode ${this.#episode}`).uint32());
  }

  /** An action as networks have it. */
  #toNetwork(action: readonly number[]): ArrayLike<number> {
    const { spec } = this.environment;
    const classes = classCount(spec);
    if (classes !== undefined) return Array.from({ length: classes }, (_, i) => Number(i === action[0]));
    const raw = { actions: Float32Array.from(action), actionSize: spec.actionSize };
    return scaleActions(raw, this.#bounds).actions;
  }

  #step(observation: Float32Array, chosen: Float32Array): PlayedEpisode | undefined {
    const { spec } = this.environment;
    const action = Array.from(chosen.subarray(0, spec.actionSize));
    const result = this.environment.step(action);
    const { reward, terminated, truncated } = result;
    this.replay.add({
      observation,
      action: this.#toNetwork(action),
      reward,
      nextObservation: result.observation,
      terminated,
      truncated,
    });
    this.#actions.push(...action);
    this.#return += reward;
    this.#observation = result.observation;
    if (!terminated && !truncated) return undefined;
    const episode = { return: this.#return, length: this.#actions.length / spec.actionSize };
    this.#episode += 1;
    this.#observation = undefined;
    this.#actions = [];
    this.#return = 0;
    return episode;
  }
}

/** Draws actions uniformly from all that an environment allows. */
export function uniformPolicy(spec: Environment['spec'], rng: Rng): Policy {
  const draw = actionDrawer(spec, rng);
  return {
    reset() {},
    act: async () => Float32Array.from({ length: spec.actionSize }, (_, i) => draw(i)),
  };
}

function notRepeatable(id: string, step: number): LamoError {
  return new LamoError({
    where: `algos/${id}`,
    code: 'not-repeatable',
    problem: `${id} does not do the same again: step ${step} of the episode that ran when the training was stopped came out differently`,
    expected: 'the same rewards and observations after the same seed and actions',
    hint: 'A training that acts can be continued only where the environment depends on nothing but seed and actions.',
  });
}
