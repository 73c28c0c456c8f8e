import type { BatchSource, Rng } from '@lamo/core';
import { checkCount, LamoError } from '@lamo/core';
import { type EpochState, epochs } from './epochs';
import type { TokenCorpus } from './token-blocks';

/** Options of {@link tokenBlockSampler}. */
export interface TokenBlockSamplerOptions {
  /** B; LaMo takes 2 blocks per step. */
  readonly batchSize: number;
  /** Draws the order of each epoch. */
  readonly rng: Rng;
  /** Name of the array. @default 'tokens' */
  readonly name?: string;
}

interface State extends EpochState {
  /** Number of blocks in the order. */
  readonly blocks: number;
}

/**
 * Draws batches of token blocks, every block once per epoch, in a new order each time. A batch has one array,
 * `tokens` [B, L], of ids as numbers. Where an epoch ends within a batch, the next one fills the rest.
 *
 * Blocks are read from the file as they are drawn; memory holds the order, four bytes per block.
 *
 * @throws LamoError `out-of-range`; `other-corpus` when restoring
 */
export function tokenBlockSampler(corpus: TokenCorpus, options: TokenBlockSamplerOptions): BatchSource {
  const { batchSize, rng, name = 'tokens' } = options;
  checkCount('data/token-block-sampler', 'batchSize', batchSize);
  const order = epochs(corpus.blocks, rng);

  return {
    shapes: { [name]: [batchSize, corpus.blockLength] },
    next(into) {
      for (let i = 0; i < batchSize; i++) {
        corpus.read(order.next(), into[name] as Float32Array, i * corpus.blockLength);
      }
    },
    state: (): State => ({ blocks: corpus.blocks, ...order.state() }),
    restore(state) {
      const saved = Object(state) as State;
      checkBlocks(corpus, saved.blocks);
      checkPosition(saved);
      order.restore(saved);
    },
  };
}

function checkBlocks(corpus: TokenCorpus, saved: number): void {
  if (saved === corpus.blocks) return;
  throw new LamoError({
    where: 'data/token-block-sampler',
    code: 'other-corpus',
    problem: `The saved position does not belong to these blocks of ${corpus.name}`,
    expected: `${saved} blocks`,
    received: `${corpus.blocks}`,
    hint: 'Resume with the text, tokenizer and block length that the run began with.',
  });
}

function checkPosition({ position, blocks }: State): void {
  if (Number.isInteger(position) && position >= 0 && position <= blocks) return;
  throw new LamoError({
    where: 'data/token-block-sampler',
    code: 'other-corpus',
    problem: 'The saved position in the text is not valid',
    expected: `a whole number from 0 to ${blocks}`,
    received: String(position),
    hint: 'The file that it was saved in is damaged: use an earlier checkpoint.',
  });
}
