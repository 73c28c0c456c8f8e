import { LamoError } from '@lamo/core';
import { hashTree } from '@lamo/runtime';
import type { Loaded } from './algorithm';

/** SHA-256 of the frozen weights of an algorithm, which checkpoints leave out; null if there are none. */
export function hashFrozen({ frozen }: Loaded): string | null {
  return frozen === undefined ? null : hashTree(frozen);
}

/**
 * Checks that the weights are those that a training began with.
 *
 * @param expected hash in the checkpoint's header; undefined in those of earlier versions, when no algorithm had such weights
 * @param received hash of what was loaded
 * @throws LamoError `checkpoint-mismatch`
 */
export function checkFrozen(expected: string | null | undefined, received: string | null): void {
  if (received === (expected ?? null)) return;
  throw new LamoError({
    where: 'algos/checkpoint',
    code: 'checkpoint-mismatch',
    problem: 'The pre-trained weights are not those that the training began with',
    expected: `sha256 ${expected?.slice(0, 12) ?? 'none'}`,
    received: `sha256 ${received?.slice(0, 12) ?? 'none'}`,
    hint: 'The backbone was replaced under its name: put the old one back, or train again.',
  });
}
