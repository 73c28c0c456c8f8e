import { setImmediate } from 'node:timers/promises';
import { type Environment, type EnvironmentSpec, LamoError, type Policy, showValue } from '@lamo/core';
import { classCount, environmentBounds, isClass } from '@lamo/data';
import { checkActionBounds } from './check-action-bounds';
import { checkObservationSpaces } from './check-observation-spaces';
import { checkValues } from './check-values';
import type { EnvironmentPool } from './pool/environment-pool';
import { localPool } from './pool/local-pool';
import type { Trajectory } from './trajectory';

/** An episode that {@link rollout} has finished. */
export interface RolloutEpisode {
  /** Index of the environment that it ran in. */
  readonly slot: number;
  /** Undiscounted sum of rewards. */
  readonly return: number;
  /** Number of steps. */
  readonly length: number;
  /** True if the task ended, false if the time limit cut it. */
  readonly terminated: boolean;
  /** Observations, actions and rewards, if recorded. */
  readonly trajectory?: Trajectory;
}

/** Options of {@link rollout}. */
export interface RolloutOptions {
  /** One per seed: the return that each episode should aim for, in raw units. @default none: the policy's own */
  readonly targetReturns?: readonly number[];
  /** Keeps the trajectories. @default false */
  readonly record?: boolean;
  /** When aborted, the rollout ends with its reason as the error. */
  readonly signal?: AbortSignal | undefined;
}

const STEPS_BETWEEN_PAUSES = 50;

/**
 * Runs one episode in each environment, side by side, with one call of the policy per step for all of them,
 * and yields episodes as they end. Slots whose episode has ended, or that have no seed, stay in the batch with
 * their last observation, so that the policy sees one batch size throughout.
 *
 * @param environments at least one, all with the same spec
 * @param seeds one per episode, at most as many as there are environments
 * @throws LamoError `environment-spec`; `observation-space` if the policy sees something else; `action-space`, `action-bounds`, `length-mismatch`, `not-finite` or `not-a-class` if the
 *   policy's actions are wrong; `length-mismatch`, `not-finite`, `not-boolean` or `not-truncated` if what an environment returns is
 *   wrong, and `environment-failed` if it throws. The message names the seed and step
 */
export async function* rollout(
  policy: Policy,
  environments: readonly Environment[],
  seeds: readonly number[],
  options: RolloutOptions = {},
): AsyncGenerator<RolloutEpisode, void, void> {
  yield* rolloutPool(policy, localPool(environments), seeds, options);
}

/** Runs one episode in each slot of a pool: see {@link rollout}. */
export async function* rolloutPool(
  policy: Policy,
  { spec, board, start, step }: EnvironmentPool,
  seeds: readonly number[],
  { targetReturns = [], record = false, signal }: RolloutOptions = {},
): AsyncGenerator<RolloutEpisode, void, void> {
  const slots = board.rewards.length;
  checkFit(slots, seeds, targetReturns);
  checkObservationSpaces(policy, spec);
  checkActionBounds(policy, spec);
  const readAction = actionReader(spec, board.actions);

  policy.reset(slots, fillSlots(targetReturns, slots));
  await start(seeds, record);
  let running = seeds.map((seed, slot): Running => ({ slot, seed }));
  for (let length = 1; running.length > 0; length++) {
    if (length % STEPS_BETWEEN_PAUSES === 1) await setImmediate(); // lets timers and signals run
    signal?.throwIfAborted();
    const actions = await policy.act(board.observations, board.rewards);
    checkActions(actions, spec, slots);
    for (const each of running) readAction(actions, each, length);
    const ended = await step();
    if (ended.length === 0) continue;
    const over = new Set(ended.map(({ slot }) => slot));
    running = running.filter(({ slot }) => !over.has(slot));
    yield* ended;
  }
}

/** An episode that has not ended. */
interface Running {
  readonly slot: number;
  readonly seed: number;
}

/** Returns a function that checks an action and writes it down: numbers are clipped to their bounds, classes must be valid. */
function actionReader(
  spec: EnvironmentSpec,
  into: Float32Array,
): (actions: Float32Array, running: Running, length: number) => void {
  const { id, actionSize } = spec;
  const { low, high } = environmentBounds(spec);
  const classes = classCount(spec);
  const isRight = (chosen: unknown) =>
    classes === undefined ? Number.isFinite(chosen) : isClass(chosen as number, classes);
  const wanted = classes === undefined ? 'a finite number' : `a whole number from 0 to ${classes - 1}`;
  const code = classes === undefined ? 'not-finite' : 'not-a-class';
  return (actions, { slot, seed }, length) => {
    for (let i = 0; i < actionSize; i++) {
      const chosen = actions[slot * actionSize + i]!;
      if (!isRight(chosen)) throw wrongAction(id, code, { seed, length, index: i, wanted, chosen });
      into[slot * actionSize + i] = Math.min(high[i]!, Math.max(low[i]!, chosen));
    }
  };
}

/** Slots without an episode get a target too: the last one. */
function fillSlots(targetReturns: readonly number[], slots: number): Float64Array | undefined {
  if (targetReturns.length === 0) return undefined;
  return Float64Array.from({ length: slots }, (_, slot) => targetReturns[slot] ?? targetReturns.at(-1)!);
}

/** Checks that there are enough slots. */
function checkFit(slots: number, seeds: readonly number[], targetReturns: readonly number[]): void {
  if (seeds.length > slots) throw mismatch(`at most ${slots} seeds, one per environment`, `${seeds.length}`);
  if (targetReturns.length === 0) return;
  if (targetReturns.length !== seeds.length) {
    throw mismatch(`${seeds.length} target returns, one per seed`, `${targetReturns.length}`);
  }
  checkValues('eval/rollout', targetReturns);
}

function mismatch(expected: string, received: string): LamoError {
  const problem = 'Environments, seeds and target returns do not match';
  return new LamoError({ where: 'eval/rollout', code: 'length-mismatch', problem, expected, received });
}

function checkActions(actions: Float32Array, { id, actionSize }: EnvironmentSpec, slots: number): void {
  const expected = slots * actionSize;
  if (actions?.length === expected) return;
  throw new LamoError({
    where: 'eval/rollout',
    code: 'length-mismatch',
    problem: `The policy's actions have the wrong size for ${id}`,
    expected: `${expected} numbers, [${slots}, ${actionSize}]`,
    received: typeof actions?.length === 'number' ? `${actions.length}` : showValue(actions),
    hint: `Evaluate the policy in the environment that its data came from.`,
  });
}

interface WrongAction {
  readonly seed: number;
  readonly length: number;
  readonly index: number;
  readonly wanted: string;
  readonly chosen: unknown;
}

function wrongAction(
  id: string,
  code: string,
  { seed, length, index, wanted, chosen }: WrongAction,
): LamoError {
  return new LamoError({
    where: 'eval/rollout',
    code,
    problem: `The policy's action for step ${length} of the episode with seed ${seed} in ${id} is wrong: component ${index}`,
    expected: wanted,
    received: showValue(chosen),
    hint: 'The policy has diverged, or has a fault: look at its training losses, and at what it does with that observation.',
  });
}
