import type { BatchSource } from '@lamo/core';
import { type CompletionSamplerOptions, drawExamples } from './completion-sampler';
import type { Preferences } from './preferences';

/**
 * Draws batches of pairs, every one once per epoch, in a new order each time: `chosen` and `rejected` [B, T], ids with zeros after the last one, and
 * `chosenMask` and `rejectedMask` [B, T], 1 where a token belongs to the answer.
 *
 * @throws LamoError `out-of-range`; `other-completions` when restoring
 */
export function preferenceSampler(
  preferences: Preferences,
  options: CompletionSamplerOptions,
): BatchSource<'chosen' | 'chosenMask' | 'rejected' | 'rejectedMask'> {
  const { length } = preferences;
  return drawExamples(
    preferences,
    options,
    { chosen: length, chosenMask: length, rejected: length, rejectedMask: length },
    (pair, { chosen, chosenMask, rejected, rejectedMask }) =>
      preferences.read(pair, {
        chosen: { tokens: chosen, mask: chosenMask },
        rejected: { tokens: rejected, mask: rejectedMask },
      }),
  );
}
