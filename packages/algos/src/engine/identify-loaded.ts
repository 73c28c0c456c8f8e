import { LamoError } from '@lamo/core';
import { hashTree } from '@lamo/runtime';
import type { Loaded } from './algorithm';

/** Tells what an algorithm has loaded that checkpoints leave out: SHA-256 of frozen weights, or what it says itself; null if nothing. */
export function identifyLoaded({ frozen, identity }: Loaded): string | null {
  return identity ?? (frozen === undefined ? null : hashTree(frozen));
}

/**
 * Checks that what was loaded is what a training began with.
 *
 * @param begun header of a checkpoint, which does not say it in earlier versions, when no algorithm loaded anything; none for a
 *   training that begins
 * @param received of {@link identifyLoaded}, which it returns
 * @throws LamoError `checkpoint-mismatch`
 */
export function checkLoaded(
  begun: { readonly frozen?: string | null } | undefined,
  received: string | null,
): string | null {
  const expected = begun?.frozen ?? null;
  if (begun === undefined || received === expected) return received;
  throw new LamoError({
    where: 'algos/checkpoint',
    code: 'checkpoint-mismatch',
    problem:
      'What the training reads in addition to its data (pre-trained weights, a policy) is not what it began with',
    expected: `sha256 ${expected?.slice(0, 12) ?? 'none'}`,
    received: `sha256 ${received?.slice(0, 12) ?? 'none'}`,
    hint: 'The file was replaced under its name: put the old one back, or train again.',
  });
}
