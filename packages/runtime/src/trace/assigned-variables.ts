import { LamoError } from '@lamo/core';
import { engine } from '@tensorflow/tfjs-core';
import type { TraceBackend } from './trace-backend';

/**
 * Refuses a function that created or assigned a tfjs variable, as tfjs's own optimisers do: its value is now part of
 * the graph, and no step would ever change it.
 * @throws LamoError `assigned-variable`
 */
export function refuseAssignedVariables(backend: TraceBackend): void {
  for (const [name, variable] of Object.entries(engine().registeredVariables)) {
    if (!backend.computes(variable)) continue;
    variable.dispose();
    throw new LamoError({
      where: 'runtime/trace',
      code: 'assigned-variable',
      problem: `A compiled function created or assigned the tfjs variable '${name}'`,
      hint: 'Steps are pure functions: take state as an argument, and return its new value. Optimizers of @lamo/runtime do so.',
    });
  }
}
