import { checkNumber } from '@lamo/core';
import type { EnvironmentPool } from './environment-pool';
import { type EnvironmentSource, toSendable } from './environment-source';
import { openLocalPool } from './local-pool';
import { openWorkerPool } from './worker-pool';

/**
 * Opens as many environments as there are slots, and splits them over workers.
 *
 * @param workers threads; 0 is none but this one, and there are never more than slots
 * @throws LamoError `out-of-range`, `not-sendable`, and what opening an environment throws
 */
export async function openPool(
  source: EnvironmentSource,
  slots: number,
  workers: number,
): Promise<EnvironmentPool> {
  checkNumber('eval/evaluate', 'workers', workers, '0 or a positive integer', (value) => {
    return Number.isSafeInteger(value) && value >= 0;
  });
  if (workers === 0) return openLocalPool(source, slots);
  return openWorkerPool(toSendable(source), slots, Math.min(workers, slots));
}
