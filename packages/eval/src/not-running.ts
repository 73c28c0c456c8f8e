import { LamoError } from '@lamo/core';

/** The error of an environment that is stepped before it is reset. */
export function notRunning(id: string): LamoError {
  return new LamoError({
    where: `eval/${id}`,
    code: 'reset-needed',
    problem: '`step` was called while no episode is running',
    hint: 'Call `reset` before the first step and after each step that was terminated or truncated.',
  });
}
