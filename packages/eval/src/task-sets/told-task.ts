import { type Environment, type EnvironmentSpec, LamoError, type Task } from '@lamo/core';
import { describeObservations, imageShape, observationParts } from '@lamo/data';

/** Options of {@link toldTask}. */
export interface ToldTaskOptions {
  /** Name of the columns of the code. @default 'task' */
  readonly part?: string;
  /** How many columns of the environment's own are shown, the first ones: others may tell its task, too. @default all, O */
  readonly columns?: number;
}

/**
 * Tells a task in an environment: its code, [K], follows every observation, [O], so that they become [O + K].
 *
 * @param environment whose observations are vectors; it is disposed with the one that is returned
 * @throws LamoError `image-observations`; `observation-space` if there is a part of that name
 * @example
 * const told = toldTask(await createEnvironment('hopper-v4'), { code: [1, 0] });
 * told.spec.observationSize; // 13
 */
export function toldTask(
  environment: Environment,
  { code }: Pick<Task, 'code'>,
  { part = 'task', columns = environment.spec.observationSize }: ToldTaskOptions = {},
): Environment {
  const spec = toldSpec(environment.spec, columns, code.length, part);
  const observation = new Float64Array(spec.observationSize);
  observation.set(code, columns);
  const tell = (seen: Float64Array | Uint8Array) => {
    for (let i = 0; i < columns; i++) observation[i] = seen[i]!;
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

/** @param start columns before those of the code, of which there are `size` */
function toldSpec(spec: EnvironmentSpec, start: number, size: number, part: string): EnvironmentSpec {
  if (imageShape(spec) !== undefined) throw notVectors(spec);
  const parts = Object.entries(observationParts(spec)).filter(([, { end }]) => end <= start);
  if (parts.some(([name]) => name === part)) throw namedTwice(spec, part);
  const named = [...parts, [part, { start, end: start + size }] as const];
  return {
    ...spec,
    observationSize: start + size,
    observationSpace: { kind: 'vector', parts: Object.fromEntries(named) },
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
