import { LamoError } from '@lamo/core';
import type { Json } from './line-process';
import type { Relayed } from './relay-lines';

/** The error of a process that has ended, or could not start. */
export function explainEnd(
  where: string,
  command: string,
  { ended, code, stderr }: Extract<Relayed, { ended: string }>,
): LamoError {
  if (code === 'ENOENT' || code === 'EACCES') {
    return new LamoError({
      where,
      code: 'process-missing',
      problem: `${command} cannot be started`,
      received: ended,
      hint: 'Install Python 3 with gymnasium, or name the Python that has it: { python: "venv/bin/python" }, or --python venv/bin/python.',
    });
  }
  const last = stderr.split('\n').at(-1);
  return new LamoError({
    where,
    code: 'process-ended',
    problem: 'The Python process of the environment ended',
    received: last ? `${ended}: ${last}` : ended,
    hint: 'Step the same environment in Python to see what ends it.',
    ...(stderr === '' ? {} : { cause: new Error(stderr) }),
  });
}

/** The error that an answer tells of. */
export function explainError(where: string, { error, code }: Json): LamoError {
  const known: Readonly<Record<string, { problem: string; hint: string }>> = {
    'gymnasium-unavailable': {
      problem: 'The Python has no gymnasium',
      hint: 'Install it there (pip install gymnasium, and gymnasium[mujoco] for its robots), or name another Python: { python: "venv/bin/python" }, or --python venv/bin/python.',
    },
    'unknown-environment': {
      problem: 'Gymnasium has no such environment',
      hint: 'An environment of a package is named with the module that registers it: gymnasium_robotics:FrankaKitchen-v1.',
    },
  };
  const told = typeof code === 'string' && code in known ? code : 'gymnasium-failed';
  const { problem, hint } = known[told] ?? {
    problem: 'The environment threw an error in Python',
    hint: 'Step the same environment in Python to see more of it.',
  };
  return new LamoError({ where, code: told, problem, received: String(error), hint });
}

/** The error of an environment that nothing ends unless it ends itself. */
export function noTimeLimit(where: string): LamoError {
  return new LamoError({
    where,
    code: 'no-time-limit',
    problem: 'The environment has no time limit: an episode might never end',
    expected: 'a limit of steps, which Gymnasium knows as max_episode_steps',
    received: 'none',
    hint: 'In a program: gymnasiumEnvironment(id, { kwargs: { max_episode_steps: 1000 } }). For its name, register it with max_episode_steps in a Python module of your own, and put that in front: gymnasium:my_module:MyName-v0.',
  });
}

/** The error of a process that is too slow. */
export function noAnswer(where: string, seconds: number): LamoError {
  return new LamoError({
    where,
    code: 'no-answer',
    problem: 'The Python process of the environment does not answer, and was ended',
    expected: `an answer within ${seconds} s`,
    received: 'none',
    hint: 'Allow more with { timeout: SECONDS } if the environment is that slow.',
  });
}

/** The error of a process that says something else than was asked. */
export function badAnswer(where: string, line: string): LamoError {
  return new LamoError({
    where,
    code: 'bad-answer',
    problem: 'The Python process of the environment does not keep to the protocol',
    expected: 'one line of JSON for each request',
    received: line.slice(0, 200),
  });
}
