import type { ColumnArray, EnvironmentSpec, LamoError } from '@lamo/core';
import { allocateObservations } from '@lamo/data';
import type { RolloutEpisode } from '../rollout';

/** What a policy sees and says, a row for each slot: B slots, O numbers observed, A numbers of an action. */
export interface Board {
  /** [B, O] */
  readonly observations: ColumnArray;
  /** [B, A] as they are carried out. */
  readonly actions: Float32Array;
  /** [B] of the last step. */
  readonly rewards: Float32Array;
}

/** What came of one step of all slots. */
export interface Turn {
  /** In the order of their slots. */
  readonly ended: readonly RolloutEpisode[];
  /** The first slot at which something went wrong, if any. */
  readonly failure?: { readonly slot: number; readonly error: LamoError };
}

/** Environments that take their steps together, in this thread or in others. */
export interface EnvironmentPool {
  readonly spec: EnvironmentSpec;
  readonly board: Board;
  /** Resets the first slots, one for each seed, and clears the others. @throws LamoError what an environment does wrong */
  start(seeds: readonly number[], record: boolean): Promise<void>;
  /** Carries out the actions of the board in all slots whose episode runs. @throws LamoError what an environment does wrong */
  step(): Promise<readonly RolloutEpisode[]>;
  /** Frees all environments. */
  dispose(): Promise<void>;
}

/** Allocates the rows of a number of slots, all zero. */
export function allocateBoard(spec: EnvironmentSpec, slots: number): Board {
  return {
    observations: allocateObservations(spec, slots),
    actions: new Float32Array(slots * spec.actionSize),
    rewards: new Float32Array(slots),
  };
}

/** Allocates a board that threads can share. */
export function allocateSharedBoard(spec: EnvironmentSpec, slots: number): Board {
  const { observations, actions, rewards } = allocateBoard(spec, slots);
  const share = ({ byteLength }: ColumnArray) => new SharedArrayBuffer(byteLength);
  const shared = share(observations);
  return {
    observations: observations instanceof Uint8Array ? new Uint8Array(shared) : new Float32Array(shared),
    actions: new Float32Array(share(actions)),
    rewards: new Float32Array(share(rewards)),
  };
}

/** Returns the episodes that ended, or throws what went wrong. */
export function endedOf({ ended, failure }: Turn): readonly RolloutEpisode[] {
  if (failure !== undefined) throw failure.error;
  return ended;
}
