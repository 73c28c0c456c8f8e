/** Generation in the plainest way, to hold the one with caches against: the whole window goes through the model for each token. */
import type { Rng } from '@lamo/core';
import { type Gpt2, gpt2, type LoadedGpt2, nextTokenLogits, tokenEmbeddings } from '@lamo/models';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';

/** Scores the next token of a text by all its tokens, or the last ones that fit. */
export interface WindowScorer {
  /** Of the window. */
  readonly length: number;
  score(text: readonly number[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Compiles a model that reads a whole window.
 *
 * @param length of the window; less than the model has positions where texts stay shorter
 * @param given where to compute
 */
export async function windowScorer(
  { config, parameters }: LoadedGpt2,
  length = config.nPositions,
  given?: Device,
): Promise<WindowScorer> {
  const device = given ?? (await openDevice('cpu', { threads: 1 }));
  const executable = await device.compile({
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [1, length], last: [1] },
    variants: {
      next: (_state, { tokens, last }, _noise, frozen) => {
        const network = frozen as unknown as Gpt2<tf.Tensor>;
        const embeddings = tokenEmbeddings(network, tokens!, tf.range(0, length, 1, 'int32'));
        const place = tf.cast(last!, 'int32') as tf.Tensor1D;
        const select = (x: tf.Tensor) => tf.gather(x, place, 1); // [1, T, D] → [1, 1, D]
        return {
          outputs: { logits: nextTokenLogits(network, gpt2(network, embeddings, config, { select })) },
        };
      },
    },
  });
  return {
    length,
    async score(text) {
      const seen = text.slice(-length);
      executable.inputs.tokens!.set(seen);
      executable.inputs.last![0] = seen.length - 1;
      await executable.run('next');
      return executable.outputs.next.logits!;
    },
    dispose: () => executable.dispose(),
  };
}

/** Adds tokens to a text, each drawn from what the whole window says. */
export async function recompute(
  scorer: WindowScorer,
  prompt: readonly number[],
  tokens: number,
  draw: (logits: Float32Array, rng: Rng) => number,
  rng: Rng,
): Promise<number[]> {
  const text = [...prompt];
  for (let made = 0; made < tokens; made++) text.push(draw(await scorer.score(text), rng));
  return text.slice(prompt.length);
}
