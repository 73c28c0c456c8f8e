import { type EnvironmentSpec, LamoError, type StepResult, showValue } from '@lamo/core';
import { imageShape } from '@lamo/data';

/** Where an observation comes from: which episode, and after how many steps (0 is `reset`). */
export interface Moment {
  readonly seed: number;
  readonly length: number;
}

/** Beyond this, numbers become infinite in 32 bits, which is what policies and datasets get. */
const LARGEST = 3.4028234663852886e38;

/** True for numbers that are finite in 32 bits; false for anything else, such as `null`, NaN and text. */
const isFinite32 = (value: unknown) => typeof value === 'number' && Math.abs(value) <= LARGEST;

const isByte = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;

/**
 * Checks the observation from `reset` or `step`: it must have as many numbers as the spec says, all of them finite, or those of images
 * bytes.
 *
 * @throws LamoError `length-mismatch`, `not-finite`, `not-a-byte`
 */
export function checkObservation(
  observation: ArrayLike<number>,
  spec: EnvironmentSpec,
  moment: Moment,
): void {
  if (observation?.length !== spec.observationSize) {
    throw fault(spec, moment, 'length-mismatch', {
      problem: 'the observation has a different length than the spec says',
      expected: `${spec.observationSize} numbers (spec.observationSize)`,
      received: showValue(observation),
    });
  }
  const isImage = imageShape(spec) !== undefined;
  const isRight = isImage ? isByte : isFinite32;
  for (let i = 0; i < observation.length; i++) {
    if (isRight(observation[i])) continue;
    const wanted = isImage ? 'a byte of an image, a whole number from 0 to 255' : 'a finite 32-bit number';
    throw fault(spec, moment, isImage ? 'not-a-byte' : 'not-finite', {
      problem: `component ${i} of the observation must be ${wanted}`,
      received: showValue(observation[i]),
    });
  }
}

/**
 * Checks what a step returned, and that the episode ends at its time limit, since nothing would end it later.
 *
 * @throws LamoError `length-mismatch`, `not-finite`, `not-boolean`, `not-truncated`
 */
export function checkStep(result: StepResult, spec: EnvironmentSpec, moment: Moment): void {
  checkObservation(result?.observation, spec, moment);
  const { reward, terminated, truncated } = result;
  if (!isFinite32(reward)) {
    throw fault(spec, moment, 'not-finite', {
      problem: 'the reward must be a finite 32-bit number',
      received: showValue(reward),
    });
  }
  if (typeof terminated !== 'boolean') throw notBoolean(spec, moment, 'terminated', terminated);
  if (typeof truncated !== 'boolean') throw notBoolean(spec, moment, 'truncated', truncated);
  if (terminated || truncated || moment.length < spec.maxEpisodeSteps) return;
  throw fault(spec, moment, 'not-truncated', {
    problem: 'the episode continues beyond its time limit',
    expected: `\`truncated\` to be true after ${spec.maxEpisodeSteps} steps (spec.maxEpisodeSteps)`,
    received: 'false',
  });
}

/** Checks the physical state that an environment shows, as it was after the steps so far. @throws LamoError `not-finite` */
export function checkState(
  name: string,
  values: ArrayLike<number>,
  spec: EnvironmentSpec,
  moment: Moment,
): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw fault(spec, moment, 'not-finite', {
      problem: `component ${i} of \`${name}\` must be a finite number`,
      received: showValue(values[i]),
    });
  }
}

/** The error of an environment that threw something of its own. */
export function environmentFailed({ id }: EnvironmentSpec, moment: Moment, cause: unknown): LamoError {
  return new LamoError({
    where: `eval/${id}`,
    code: 'environment-failed',
    problem: `In ${describeCall(moment)}, the environment threw an error`,
    received: cause instanceof Error ? cause.message : showValue(cause),
    hint: 'The environment has a fault, or did not expect the actions that led there.',
    cause,
  });
}

function notBoolean(spec: EnvironmentSpec, moment: Moment, name: string, received: unknown): LamoError {
  return fault(spec, moment, 'not-boolean', {
    problem: `\`${name}\` must be a boolean`,
    expected: 'true or false',
    received: showValue(received),
  });
}

function fault(
  { id }: EnvironmentSpec,
  moment: Moment,
  code: string,
  { problem, ...facts }: { problem: string; expected?: string; received: string },
): LamoError {
  return new LamoError({
    where: `eval/${id}`,
    code,
    problem: `In ${describeCall(moment)}, ${problem}`,
    ...facts,
    hint: 'Fix the environment: `reset` returns [O] numbers, `step` { observation, reward, terminated, truncated }, none of them a Promise.',
  });
}

function describeCall({ seed, length }: Moment): string {
  return length === 0 ? `reset(${seed})` : `step ${length} of the episode with seed ${seed}`;
}
