import type { Environment } from '@lamo/core';

/** Ends the episodes of an environment with the first reward that is positive: then its task is done. */
export function untilPaid(environment: Environment): Environment {
  return {
    spec: environment.spec,
    reset: (seed) => environment.reset(seed),
    step(action) {
      const result = environment.step(action);
      return result.reward > 0 ? { ...result, terminated: true, truncated: false } : result;
    },
    dispose: () => environment.dispose(),
  };
}
