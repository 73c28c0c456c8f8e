import { LamoError } from '@lamo/core';
import type { TokenCorpus } from '@lamo/data';
import type { Gpt2Config } from './gpt2-config';

/**
 * Checks that a GPT-2 can read the blocks of a corpus.
 *
 * @throws LamoError `block-too-long`, `token-out-of-range`
 */
export function checkCorpus(
  { nPositions, vocabSize }: Gpt2Config,
  corpus: Pick<TokenCorpus, 'name' | 'blockLength' | 'largestToken'>,
): void {
  const { name, blockLength, largestToken } = corpus;
  if (blockLength < 2 || blockLength > nPositions) {
    throw new LamoError({
      where: 'models/gpt2',
      code: 'block-too-long',
      problem: `The model cannot read ${blockLength} tokens at once`,
      expected: `2 to ${nPositions} tokens, the positions of the model`,
      received: String(blockLength),
      hint: 'Choose a context of that length (on the command line: --context), or a model with more positions.',
    });
  }
  if (largestToken >= vocabSize) {
    throw new LamoError({
      where: 'models/gpt2',
      code: 'token-out-of-range',
      problem: `${name} contains tokens that are not in the model's vocabulary`,
      expected: `ids below ${vocabSize}, the vocabulary of the model`,
      received: String(largestToken),
      hint: "Tokenise the text with the model's tokenizer.",
    });
  }
}
