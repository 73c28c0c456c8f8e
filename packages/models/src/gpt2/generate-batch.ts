import { BatchGenerator, type Continuation, type GenerateBatchOptions } from './batch-generator';
import type { LoadedGpt2 } from './load-gpt2';

/**
 * Continues many prompts, several times each. Every continuation has a stream of random numbers of its own, from the seed, the number of its
 * prompt and its own: which others there are, and how many at once, changes it no more than rounding does. One that has more
 * tokens than the model has positions sees the last ones, as in `generateTokens`; all beside it then take as long.
 *
 * @param prompts tokens, at least one each
 * @returns for each prompt its continuations
 * @throws LamoError `empty-prompt`, `token-out-of-range`, `out-of-range`, `no-values`, `not-a-number`
 * @example
 * const model = await loadGpt2(nanoModelFolder());
 * const [[first]] = await generateBatch(model, [[464, 33]], { samples: 4, tokens: 20, topP: 0.9 });
 */
export async function generateBatch(
  model: LoadedGpt2,
  prompts: readonly ArrayLike<number>[],
  options: GenerateBatchOptions = {},
): Promise<Continuation[][]> {
  const { device, ...others } = options;
  const generator = new BatchGenerator(device);
  try {
    return await generator.generate(model, prompts, others);
  } finally {
    await generator.dispose();
  }
}
