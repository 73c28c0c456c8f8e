import type { TokenCorpus } from '@lamo/data';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { checkCorpus } from './check-corpus';
import type { Gpt2 } from './gpt2';
import { languageLoss } from './language-model';
import type { LoadedGpt2 } from './load-gpt2';

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
  { device, batchSize = 8, signal }: PerplexityOptions = {},
): Promise<Perplexity> {
  checkCorpus(model.config, corpus);
  const used = device ?? (await openDevice('cpu'));
  const whole = corpus.blocks - (corpus.blocks % batchSize);
  const sums = [
    await sumLosses(used, model, corpus, [0, whole], batchSize, signal),
    await sumLosses(used, model, corpus, [whole, corpus.blocks], corpus.blocks - whole, signal),
  ];
  const loss = (sums[0]! + sums[1]!) / corpus.blocks;
  return { loss, perplexity: Math.exp(loss), tokens: corpus.blocks * (corpus.blockLength - 1) };
}

/** Adds up the losses of the blocks from `start` to before `end`, a multiple of the batch size. */
async function sumLosses(
  device: Device,
  { config, parameters }: LoadedGpt2,
  corpus: TokenCorpus,
  [start, end]: readonly [number, number],
  batchSize: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (start === end) return 0;
  const executable = await device.compile({
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [batchSize, corpus.blockLength] },
    variants: {
      measure: (_state, { tokens }, _noise, frozen) => ({
        outputs: { loss: languageLoss(frozen as unknown as Gpt2<tf.Tensor>, tokens!, config) },
      }),
    },
  });
  try {
    let sum = 0;
    for (let block = start; block < end; block += batchSize) {
      for (let i = 0; i < batchSize; i++) {
        corpus.read(block + i, executable.inputs.tokens!, i * corpus.blockLength);
      }
      await executable.run('measure');
      sum += executable.outputs.measure.loss![0]! * batchSize;
      signal?.throwIfAborted();
    }
    return sum;
  } finally {
    await executable.dispose();
  }
}
