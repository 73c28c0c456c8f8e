import { createHash } from 'node:crypto';
import type { TokenCorpus } from '@lamo/data';
import { z } from 'zod';
import type { DataKind } from '../engine/data-kind';

/** What a language model is built for. */
export interface CorpusSpec {
  /** Tokens in a block. */
  readonly blockLength: number;
  /** Tokens that the tokenizer knows. */
  readonly vocabularySize: number;
  /** The largest id in the text. */
  readonly largestToken: number;
}

/** Blocks that are looked at to recognise a text, evenly spread over it. */
const SAMPLES = 64;

/** Tokenised text in blocks of equal length. */
export const corpusKind: DataKind<TokenCorpus, CorpusSpec> = {
  name: 'corpus',
  saved: z.looseObject({
    blockLength: z.int().positive(),
    vocabularySize: z.int().positive(),
    largestToken: z.int().min(0),
  }),
  identify: (corpus) => ({ name: describe(corpus), hash: hashCorpus(corpus) }),
  sizes: ({ blockLength, vocabularySize }) => ({ blockLength, vocabularySize }),
  spec: ({ blockLength, vocabularySize, largestToken }) => ({ blockLength, vocabularySize, largestToken }),
  prepare: (corpus, config) => ({ data: corpus, spec: corpusKind.spec(corpus, config), warnings: [] }),
};

/** Not by the text's name: that is a path, and files may be moved. */
const describe = ({ blocks, blockLength }: TokenCorpus) => `${blocks} blocks of ${blockLength} tokens`;

/** Of how many blocks there are, and of what stands in some of them: reading all of a large text would take minutes. */
function hashCorpus(corpus: TokenCorpus): string {
  const { blocks, blockLength, vocabularySize } = corpus;
  const hash = createHash('sha256').update(`${blocks} ${blockLength} ${vocabularySize}`);
  const block = new Float32Array(blockLength);
  for (let i = 0; i < SAMPLES; i++) {
    corpus.read(Math.floor((i * (blocks - 1)) / (SAMPLES - 1)), block);
    hash.update(block);
  }
  return hash.digest('hex');
}
