import { type EnvironmentSpec, LamoError, type LamoErrorDetails } from '@lamo/core';
import type { RolloutEpisode } from '../rollout';
import type { Board, Turn } from './environment-pool';
import type { SendableSource } from './environment-source';

/** What a worker is started with. */
export interface WorkerTask {
  readonly source: SendableSource;
  /** Numbers of its slots, in ascending order. */
  readonly slots: readonly number[];
  /** [1] shared: the slot that it plays. */
  readonly current: Int32Array;
}

/** What a worker is told to do, one order at a time. Numbers of every step go through the board instead. */
export type Order =
  | { readonly kind: 'open' }
  | { readonly kind: 'share'; readonly board: Board }
  | { readonly kind: 'start'; readonly seeds: readonly number[]; readonly record: boolean }
  | { readonly kind: 'step' }
  | { readonly kind: 'close' };

/** What it answers: a turn as it travels, the specs of what it opened, or why it could not. */
export interface Answer {
  readonly ended?: readonly RolloutEpisode[];
  readonly specs?: readonly EnvironmentSpec[];
  readonly failure?: { readonly slot: number; readonly error: LamoErrorDetails };
}

/** Writes a turn as a message: of an error's class, only its facts travel. */
export function turnToAnswer({ ended, failure }: Turn): Answer {
  return failure === undefined ? { ended } : toFailure(failure.error, failure.slot);
}

/** Writes an error as a message. */
export function toFailure(error: unknown, slot: number): Answer {
  return { failure: { slot, error: errorToFacts(error) } };
}

/** Reads a turn from a message. */
export function answerToTurn({ ended = [], failure }: Answer): Turn {
  if (failure === undefined) return { ended };
  return { ended, failure: { slot: failure.slot, error: new LamoError(failure.error) } };
}

function errorToFacts(error: unknown): LamoErrorDetails {
  if (!LamoError.isInstance(error)) {
    const received = error instanceof Error ? error.message : String(error);
    return { where: 'eval/workers', code: 'worker-failed', problem: 'A worker failed', received };
  }
  const { where, code, problem, expected, received, hint, cause } = error;
  return {
    where,
    code,
    problem,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(hint === undefined ? {} : { hint }),
    // Whatever an environment throws may hold what cannot travel, such as functions.
    ...(cause instanceof Error ? { cause: new Error(cause.message) } : {}),
  };
}
