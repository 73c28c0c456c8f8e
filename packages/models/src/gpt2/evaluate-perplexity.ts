import type { TokenCorpus } from '@lamo/data';
import type { Device } from '@lamo/runtime';
import { checkCorpus } from './check-corpus';
import type { LoadedGpt2 } from './load-gpt2';
import { meanLoss } from './mean-loss';

/** How well a language model predicts a text. */
export interface Perplexity {
  /** Mean negative log-likelihood of a token, in nats. */
  readonly loss: number;
  /** exp(loss): the number of equally likely tokens that would be as hard to predict. */
  readonly perplexity: number;
  /** Tokens that were predicted. */
  readonly tokens: number;
}

/** Options of {@link evaluatePerplexity}. */
export interface PerplexityOptions {
  /** Where to compute. @default the compiled `cpu` device */
  readonly device?: Device;
  /** Blocks at once. @default 8 */
  readonly batchSize?: number;
  /** Checked after each batch; when aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures how well a language model predicts a text: each token of a block from those before it in the block, with dropout
 * off. Longer blocks give lower numbers, and models with different vocabularies cannot be compared.
 *
 * @throws LamoError `block-too-long`, `token-out-of-range` if the text does not fit the model
 * @example
 * const { perplexity } = await evaluatePerplexity(await loadGpt2('gpt2'), corpus);
 */
export async function evaluatePerplexity(
  model: LoadedGpt2,
  corpus: TokenCorpus,
  options: PerplexityOptions = {},
): Promise<Perplexity> {
  checkCorpus(model.config, corpus);
  const { blocks, blockLength } = corpus;
  const { loss } = await meanLoss(
    model,
    {
      ...{ rows: blocks, length: blockLength, isMasked: false },
      read: (block, into, offset) => corpus.read(block, into.tokens!, offset),
    },
    options,
  );
  return { loss, perplexity: Math.exp(loss), tokens: blocks * (blockLength - 1) };
}
