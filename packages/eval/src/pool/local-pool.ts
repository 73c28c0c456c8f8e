import type { Environment } from '@lamo/core';
import { checkSameSpecs } from './check-same-specs';
import { allocateBoard, type EnvironmentPool, endedOf } from './environment-pool';
import { type EnvironmentSource, openEnvironment } from './environment-source';
import { createSlots } from './slots';

/**
 * Makes a pool of environments that are there, which takes its steps in this thread.
 *
 * @throws LamoError `environment-spec`; `length-mismatch` if they have different specs, or there are none
 */
export function localPool(environments: readonly Environment[]): EnvironmentPool {
  const spec = checkSameSpecs(environments.map((environment) => environment.spec));
  const board = allocateBoard(spec, environments.length);
  const slots = createSlots(new Map(environments.entries()), board);
  return {
    spec,
    board,
    async start(seeds, record) {
      board.observations.fill(0);
      board.rewards.fill(0);
      endedOf(slots.start(seeds, record));
    },
    step: async () => endedOf(slots.step()),
    async dispose() {
      for (const environment of environments) environment.dispose();
    },
  };
}

/** Opens environments for {@link localPool}. @throws LamoError as it, and what cannot be opened */
export async function openLocalPool(source: EnvironmentSource, slots: number): Promise<EnvironmentPool> {
  const environments: Environment[] = [];
  try {
    while (environments.length < slots) environments.push(await openEnvironment(source));
    return localPool(environments);
  } catch (error) {
    for (const environment of environments) environment.dispose();
    throw error;
  }
}
