import { type Environment, type EnvironmentSpec, LamoError } from '@lamo/core';
import { describeObservations, imageShape, observationParts } from '@lamo/data';
import type { Task } from './task-set';

/**
 * Tells a task in an environment: its code, [K], follows every observation, [O], so that they become [O + K].
 *
 * @param environment whose observations are vectors; it is disposed with the one that is returned
 * @param part name of the columns of the code. @default 'task'
 * @throws LamoError `image-observations`; `observation-space` if there is a part of that name
 * @example
 * const told = toldTask(await createEnvironment('hopper-v4'), { name: 'hop', code: [1, 0] });
 * told.spec.observationSize; // 13
 */
export function toldTask(environment: Environment, { code }: Pick<Task, 'code'>, part = 'task'): Environment {
  const spec = toldSpec(environment.spec, code.length, part);
  const observation = new Float64Array(spec.observationSize);
  observation.set(code, environment.spec.observationSize);
  const tell = (seen: Float64Array | Uint8Array) => {
    observation.set(seen);
    return observation;
  };
  return {
    spec,
    reset: (seed) => tell(environment.reset(seed)),
    step(action) {
      const result = environment.step(action);
      return { ...result, observation: tell(result.observation) };
    },
    dispose: () => environment.dispose(),
  };
}

/** @param size K */
function toldSpec(spec: EnvironmentSpec, size: number, part: string): EnvironmentSpec {
  const { observationSize: start } = spec;
  const parts = observationParts(spec);
  if (imageShape(spec) !== undefined) throw notVectors(spec);
  if (Object.hasOwn(parts, part)) throw namedTwice(spec, part);
  return {
    ...spec,
    observationSize: start + size,
    observationSpace: { kind: 'vector', parts: { ...parts, [part]: { start, end: start + size } } },
  };
}

function notVectors(spec: EnvironmentSpec): LamoError {
  return new LamoError({
    where: `eval/${spec.id}`,
    code: 'image-observations',
    problem: 'A code cannot follow observations that are images',
    expected: 'vectors of numbers',
    received: describeObservations(spec),
  });
}

function namedTwice(spec: EnvironmentSpec, part: string): LamoError {
  return new LamoError({
    where: `eval/${spec.id}`,
    code: 'observation-space',
    problem: `Its observations have a part '${part}' already`,
    expected: 'another name for the columns of the code',
    received: describeObservations(spec),
  });
}
