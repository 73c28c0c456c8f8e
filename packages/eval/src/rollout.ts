import { setImmediate } from 'node:timers/promises';
import {
  type Environment,
  type EnvironmentSpec,
  LamoError,
  type Policy,
  type StepResult,
  showValue,
} from '@lamo/core';
import {
  allocateObservations,
  classCount,
  describeActions,
  describeObservations,
  environmentBounds,
  isClass,
} from '@lamo/data';
import { checkActionBounds } from './check-action-bounds';
import { checkObservationSpaces } from './check-observation-spaces';
import { checkSpec } from './check-spec';
import { checkObservation, checkStep } from './check-step';
import { checkValues } from './check-values';
import { type Recording, startRecording, type Trajectory } from './trajectory';

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
 *   wrong. The message names the seed and step
 */
export async function* rollout(
  policy: Policy,
  environments: readonly Environment[],
  seeds: readonly number[],
  { targetReturns = [], record = false, signal }: RolloutOptions = {},
): AsyncGenerator<RolloutEpisode, void, void> {
  checkFit(environments, seeds, targetReturns);
  const { spec } = environments[0]!;
  const { observationSize, actionSize } = spec;
  checkObservationSpaces(policy, spec);
  checkActionBounds(policy, spec);
  const readAction = actionReader(spec);
  const observations = allocateObservations(spec, environments.length);
  const previousRewards = new Float32Array(environments.length);
  const action = new Float32Array(actionSize);

  policy.reset(environments.length, fillSlots(targetReturns, environments.length));
  let running = seeds.map((seed, slot) => {
    const environment = environments[slot]!;
    const observation = environment.reset(seed);
    checkObservation(observation, spec, { seed, length: 0 });
    observations.set(observation, slot * observationSize);
    const recording = record ? startRecording(environment, observation) : undefined;
    return startEpisode(slot, seed, environment, recording);
  });

  for (let step = 0; running.length > 0; step++) {
    if (step % STEPS_BETWEEN_PAUSES === 0) await setImmediate(); // lets timers and signals run
    signal?.throwIfAborted();
    const actions = await policy.act(observations, previousRewards);
    checkActions(actions, environments);
    let hasEnded = false;
    for (const episode of running) {
      const { slot } = episode;
      for (let i = 0; i < actionSize; i++)
        action[i] = readAction(actions[slot * actionSize + i]!, i, episode);
      observations.set(advance(episode, action), slot * observationSize);
      previousRewards[slot] = episode.reward;
      hasEnded ||= episode.ended;
    }
    if (!hasEnded) continue;
    const ended = running.filter((episode) => episode.ended);
    running = running.filter((episode) => !episode.ended);
    for (const episode of ended) yield summarise(episode);
  }
}

/** Returns a function that checks a component of an action: numbers are clipped to their bounds, classes must be valid. */
function actionReader(spec: EnvironmentSpec): (chosen: number, i: number, episode: RunningEpisode) => number {
  const { low, high } = environmentBounds(spec);
  const classes = classCount(spec);
  return (chosen, i, episode) => {
    if (classes !== undefined) {
      if (isClass(chosen, classes)) return chosen;
      throw wrongAction(
        spec.id,
        episode,
        i,
        'not-a-class',
        `a whole number from 0 to ${classes - 1}`,
        chosen,
      );
    }
    if (!Number.isFinite(chosen))
      throw wrongAction(spec.id, episode, i, 'not-finite', 'a finite number', chosen);
    return Math.min(high[i]!, Math.max(low[i]!, chosen));
  };
}

/** Slots without an episode get a target too: the last one. */
function fillSlots(targetReturns: readonly number[], slots: number): Float64Array | undefined {
  if (targetReturns.length === 0) return undefined;
  return Float64Array.from({ length: slots }, (_, slot) => targetReturns[slot] ?? targetReturns.at(-1)!);
}

interface RunningEpisode {
  readonly slot: number;
  readonly seed: number;
  readonly environment: Environment;
  readonly recording: Recording | undefined;
  return: number;
  length: number;
  /** Rewards of the last step. */
  reward: number;
  terminated: boolean;
  ended: boolean;
}

function startEpisode(
  slot: number,
  seed: number,
  environment: Environment,
  recording: Recording | undefined,
): RunningEpisode {
  const nothingYet = { return: 0, length: 0, reward: 0, terminated: false, ended: false };
  return { slot, seed, environment, recording, ...nothingYet };
}

/** Takes one step and returns the observation after it. */
function advance(episode: RunningEpisode, action: Float32Array): StepResult['observation'] {
  episode.recording?.beforeStep(action);
  const result = episode.environment.step(action);
  episode.length += 1;
  checkStep(result, episode.environment.spec, episode);
  episode.recording?.afterStep(result);
  episode.return += result.reward;
  episode.reward = result.reward;
  episode.terminated = result.terminated;
  episode.ended = result.terminated || result.truncated;
  return result.observation;
}

function summarise({ slot, length, terminated, recording, ...episode }: RunningEpisode): RolloutEpisode {
  const summary = { slot, return: episode.return, length, terminated };
  return recording === undefined ? summary : { ...summary, trajectory: recording.finish() };
}

/** Checks that all environments have the same spec, and that there are enough of them. */
function checkFit(
  environments: readonly Environment[],
  seeds: readonly number[],
  targetReturns: readonly number[],
): void {
  for (const { spec } of environments) checkSpec(spec);
  const kinds = new Set(environments.map(({ spec }) => describeSpec(spec)));
  if (kinds.size !== 1)
    throw mismatch('one or more environments with the same spec', [...kinds].join('; ') || 'none');
  if (seeds.length > environments.length) {
    throw mismatch(`at most ${environments.length} seeds, one per environment`, `${seeds.length}`);
  }
  if (targetReturns.length === 0) return;
  if (targetReturns.length !== seeds.length) {
    throw mismatch(`${seeds.length} target returns, one per seed`, `${targetReturns.length}`);
  }
  checkValues('eval/rollout', targetReturns);
}

function describeSpec(spec: EnvironmentSpec): string {
  const { low, high } = environmentBounds(spec);
  return `${spec.id} with observations of ${describeObservations(spec)} and actions of ${describeActions(spec)} from [${low}] to [${high}]`;
}

function mismatch(expected: string, received: string): LamoError {
  const problem = 'Environments, seeds and target returns do not match';
  return new LamoError({ where: 'eval/rollout', code: 'length-mismatch', problem, expected, received });
}

function checkActions(actions: Float32Array, environments: readonly Environment[]): void {
  const { id, actionSize } = environments[0]!.spec;
  const expected = environments.length * actionSize;
  if (actions?.length === expected) return;
  throw new LamoError({
    where: 'eval/rollout',
    code: 'length-mismatch',
    problem: `The policy's actions have the wrong size for ${id}`,
    expected: `${expected} numbers, [${environments.length}, ${actionSize}]`,
    received: typeof actions?.length === 'number' ? `${actions.length}` : showValue(actions),
    hint: `Evaluate the policy in the environment that its data came from.`,
  });
}

function wrongAction(
  id: string,
  { seed, length }: RunningEpisode,
  index: number,
  code: string,
  expected: string,
  received: number,
): LamoError {
  return new LamoError({
    where: 'eval/rollout',
    code,
    problem: `The policy's action for step ${length + 1} of the episode with seed ${seed} in ${id} is wrong: component ${index}`,
    expected,
    received: showValue(received),
    hint: 'The policy has diverged, or has a fault: look at its training losses, and at what it does with that observation.',
  });
}
