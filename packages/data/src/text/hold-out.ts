import { LamoError } from '@lamo/core';
import type { TokenCorpus } from './token-blocks';

/** A corpus in two parts that share no block. */
export interface HeldOut {
  /** All blocks but the last ones. */
  readonly training: TokenCorpus;
  /** The last blocks. */
  readonly heldOut: TokenCorpus;
}

/**
 * Holds out the last blocks of a corpus, to measure a language model on text that it was not trained on.
 *
 * @param fraction of the blocks, rounded, at least one
 * @throws LamoError `out-of-range` if a part would be empty
 */
export function holdOut(corpus: TokenCorpus, fraction: number): HeldOut {
  const { blocks } = corpus;
  if (fraction > 0 && fraction < 1 && blocks >= 2) {
    const end = blocks - Math.min(Math.max(Math.round(fraction * blocks), 1), blocks - 1);
    return { training: corpus.slice(0, end), heldOut: corpus.slice(end, blocks) };
  }
  throw new LamoError({
    where: 'data/text',
    code: 'out-of-range',
    problem: `No part of ${corpus.name} can be held out`,
    expected: 'a fraction between 0 and 1, and at least two blocks',
    received: `${fraction} of ${blocks} blocks`,
    hint: 'Use shorter blocks, or more text.',
  });
}
