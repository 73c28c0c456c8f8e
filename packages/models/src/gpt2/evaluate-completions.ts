import type { Completions } from '@lamo/data';
import { checkCorpus } from './check-corpus';
import type { Perplexity, PerplexityOptions } from './evaluate-perplexity';
import type { LoadedGpt2 } from './load-gpt2';
import { meanLoss } from './mean-loss';

/**
 * Measures how well a language model predicts completions, given their prompts: the mean over all tokens of completions, the ends of
 * text among them, with dropout off. Tokens of prompts do not count.
 *
 * @throws LamoError `block-too-long`, `token-out-of-range` if an example does not fit the model
 * @example
 * const { perplexity } = await evaluateCompletions(await loadGpt2('my-model'), heldOut);
 */
export async function evaluateCompletions(
  model: LoadedGpt2,
  completions: Completions,
  options: PerplexityOptions = {},
): Promise<Perplexity> {
  const { name, examples, length, largestToken } = completions;
  checkCorpus(model.config, { name, blockLength: length, largestToken });
  const { loss, masked } = await meanLoss(
    model,
    {
      ...{ rows: examples, length, isMasked: true },
      read: (example, { tokens, mask }, offset) =>
        completions.read(example, { tokens: tokens!, mask: mask! }, offset),
    },
    options,
  );
  return { loss, perplexity: Math.exp(loss), tokens: masked };
}
