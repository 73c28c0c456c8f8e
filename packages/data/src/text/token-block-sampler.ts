import type { BatchSource, Rng, RngState } from '@lamo/core';
import { checkCount, LamoError } from '@lamo/core';
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

interface State {
  /** Number of blocks in the order. */
  readonly blocks: number;
  /** The generator before it drew the order of this epoch. */
  readonly epochRng: RngState;
  /** Blocks of this epoch that are done. */
  readonly position: number;
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
  const order = new Uint32Array(corpus.blocks);
  let epochRng: RngState;
  let position: number;

  const startEpoch = () => {
    epochRng = rng.state();
    for (let i = 0; i < order.length; i++) order[i] = i;
    rng.shuffle(order);
    position = 0;
  };
  startEpoch();

  return {
    shapes: { [name]: [batchSize, corpus.blockLength] },
    next(into) {
      for (let i = 0; i < batchSize; i++) {
        if (position === order.length) startEpoch();
        corpus.read(order[position++]!, into[name]!, i * corpus.blockLength);
      }
    },
    state: (): State => ({ blocks: corpus.blocks, epochRng, position }),
    restore(state) {
      const saved = Object(state) as State;
      checkBlocks(corpus, saved.blocks);
      checkPosition(saved);
      rng.restore(saved.epochRng);
      startEpoch();
      position = saved.position;
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
