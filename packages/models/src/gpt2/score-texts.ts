import { checkCount, LamoError } from '@lamo/core';
import type { Completions } from '@lamo/data';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { checkCorpus } from './check-corpus';
import type { Gpt2 } from './gpt2';
import type { Gpt2Config } from './gpt2-config';
import type { LoadedGpt2 } from './load-gpt2';
import { mapExamples } from './map-examples';
import { checkRewardHead, lastLearned, type RewardHead, textRewards } from './reward-head';
import { hiddenStates } from './token-values';

/** Options of {@link scoreTexts}. */
export interface ScoreTextsOptions {
  /** Texts at once. @default 8 */
  readonly batchSize?: number;
  /** Where to compute. @default the compiled `cpu` device */
  readonly device?: Device;
  /** Checked after each batch; when aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What a reward model says of an example. */
export interface TextScore {
  /** How good the text is; only differences between texts mean something. */
  readonly reward: number;
  /**
   * [n] for each token that is learned the share of the attention that the last of them pays to it in the last block, the mean over heads; they add up
   * to 1.
   */
  readonly attention: Float64Array;
}

/**
 * Asks a reward model how good examples are, and which of their tokens it looks at. Dropout is off.
 *
 * @returns for each example, in their order
 * @throws LamoError `no-reward-head`, `not-finite`, `out-of-range`; `block-too-long`, `token-out-of-range` if an example does not fit the model
 * @example
 * const [first] = await scoreTexts(await loadGpt2('judge/model'), completions);
 */
export async function scoreTexts(
  model: LoadedGpt2,
  examples: Pick<Completions, 'name' | 'examples' | 'length' | 'largestToken' | 'read'>,
  { batchSize = 8, device, signal }: ScoreTextsOptions = {},
): Promise<TextScore[]> {
  const { config, parameters } = model;
  const { name, examples: count, length, largestToken } = examples;
  checkCount('models/score-texts', 'batchSize', batchSize);
  const rewardHead = checkRewardHead(model);
  checkCorpus(config, { name, blockLength: length, largestToken });
  const rows = Math.min(batchSize, count);
  const executable = await (device ?? (await openDevice('cpu'))).compile({
    state: {},
    frozen: { parameters: parameters as Gpt2<HostArray> & Tree<HostArray>, rewardHead },
    inputs: { tokens: [rows, length], mask: [rows, length] },
    variants: {
      score: (_state, { tokens, mask }, _noise, frozen) => ({
        outputs: scoreRows(frozen as unknown as Judge, tokens!, mask!, config),
      }),
    },
  });
  const { tokens, mask } = executable.inputs as Readonly<Record<'tokens' | 'mask', Float32Array>>;
  const run = async () => {
    await executable.run('score');
    const { rewards, attention } = executable.outputs.score as Readonly<
      Record<'rewards' | 'attention', Float32Array>
    >;
    return (row: number, example: number): TextScore => {
      const own = (x: Float32Array) => x.subarray(row * length, (row + 1) * length);
      checkFinite(rewards[row]!, example, name);
      return { reward: rewards[row]!, attention: shares(own(attention), own(mask)) };
    };
  };
  try {
    return await mapExamples(examples, { tokens, mask }, run, signal);
  } finally {
    await executable.dispose();
  }
}

/** A reward that is not finite would be written as null. */
function checkFinite(reward: number, example: number, name: string): void {
  if (Number.isFinite(reward)) return;
  throw new LamoError({
    where: 'models/score-texts',
    code: 'not-finite',
    problem: `The reward of example ${example + 1} of ${name} is not a number`,
    expected: 'a finite number',
    received: String(reward),
    hint: 'The model has diverged: train it anew with a lower learning rate.',
  });
}

/** A reward model. */
interface Judge {
  readonly parameters: Gpt2<tf.Tensor> & Tree<tf.Tensor>;
  readonly rewardHead: RewardHead<tf.Tensor>;
}

/** The reward of each text [B], and what its last token attends to [B, T]. */
function scoreRows(
  { parameters, rewardHead }: Judge,
  tokens: tf.Tensor,
  mask: tf.Tensor,
  config: Gpt2Config,
) {
  let attention: tf.Tensor | undefined;
  const hidden = hiddenStates(parameters, tokens, config, {
    watch(block, qkv) {
      if (block === config.nLayer - 1) attention = lastAttention(qkv, mask, config);
    },
  });
  return { rewards: textRewards(rewardHead, hidden, mask), attention: attention! };
}

/** What the last learned token of each row attends to, the mean over heads. @param qkv [B, T, 3 D] @returns [B, T] */
function lastAttention(qkv: tf.Tensor, mask: tf.Tensor, { nHead, nEmbd }: Gpt2Config): tf.Tensor {
  const [rows, length] = mask.shape as [number, number];
  const size = nEmbd / nHead;
  const [queries, keys] = tf.split(qkv, 3, 2) as [tf.Tensor, tf.Tensor]; // [B, T, D] each
  const last = lastLearned(mask);
  const query = tf.sum(tf.mul(queries, tf.expandDims(last, -1)), 1, true); // [B, 1, D]
  const products = tf.reshape(tf.mul(query, keys), [rows, length, nHead, size]);
  const scores = tf.div(tf.sum(products, -1), Math.sqrt(size)); // [B, T, H]
  const place = tf.range(0, length, 1, 'float32');
  const until = tf.sum(tf.mul(last, place), 1, true); // [B, 1]
  const later = tf.cast(tf.greater(tf.expandDims(place, 0), until), 'float32'); // [B, T]
  const masked = tf.sub(scores, tf.mul(tf.expandDims(later, -1), 1e4));
  return tf.mean(tf.softmax(tf.transpose(masked, [0, 2, 1])), 1);
}

/** The attention on what is learned, as parts of a whole. */
function shares(attention: Float32Array, mask: Float32Array): Float64Array {
  const learned = Float64Array.from(attention.filter((_, t) => mask[t] === 1));
  const total = learned.reduce((sum, share) => sum + share, 0);
  return learned.map((share) => share / total);
}
