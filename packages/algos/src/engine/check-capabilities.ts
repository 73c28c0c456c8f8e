import { LamoError } from '@lamo/core';
import type { AnyAlgorithm } from './algorithm';
import type { Capability } from './data-kind';
import { algorithms } from './find-algorithm';

/** What each capability lets an algorithm do, in words, and what else helps those who lack it. */
const CAPABILITIES: Readonly<Record<Capability, { readonly words: string; readonly hint: string }>> = {
  'discrete-actions': {
    words: 'choose between classes',
    hint: 'If these whole numbers are amounts, do not call them classes: leave actionSpace (--action-classes) out.',
  },
};

/**
 * Checks, before anything is trained, that an algorithm can learn from data.
 *
 * @throws LamoError `not-capable`, which names the algorithms that can
 */
export function checkCapabilities(algorithm: AnyAlgorithm, data: unknown): void {
  const { title, capabilities, data: kind } = algorithm;
  const missing = kind.needs?.(data).find((need) => !capabilities.includes(need));
  if (missing === undefined) return;
  const able = [...algorithms.values()].filter(
    (other) => other.data.name === kind.name && other.capabilities.includes(missing),
  );
  const { words, hint } = CAPABILITIES[missing];
  throw new LamoError({
    where: `algos/${algorithm.name}`,
    code: 'not-capable',
    problem: `${title} cannot ${words}, as these data ask for`,
    expected: `one of the algorithms that can: ${able.map(({ name }) => name).join(', ')}`,
    received: algorithm.name,
    hint,
  });
}
