import type { Completions } from '@lamo/data';
import { type Device, type HostArray, openDevice, softValues, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import { checkCorpus } from './check-corpus';
import type { Gpt2 } from './gpt2';
import { predictTokens } from './language-model';
import type { LoadedGpt2 } from './load-gpt2';
import { mapExamples } from './map-examples';

/** Options of {@link implicitRewards}. */
export interface ImplicitRewardsOptions {
  /** γ, that of the training. @default 1 */
  readonly discount?: number;
  /** Examples at once. @default 8 */
  readonly batchSize?: number;
  /** Where to compute. @default the compiled `cpu` device */
  readonly device?: Device;
  /** Checked after each batch; when aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What a language model's logits, read as values, say of an example. */
export interface ImplicitRewards {
  /** [n] of each token that is learned, r = Q − γ V′. */
  readonly rewards: Float32Array;
  /** [n] log π of each of them, in nats. */
  readonly logLikelihoods: Float32Array;
  /** [n] ids of these tokens. */
  readonly tokens: Uint32Array;
  /** V where the first of them is chosen. */
  readonly value: number;
}

/**
 * Reads the rewards out of a language model that explain what examples do: its logits are taken as soft values Q, V = log Σ exp(Q), and the reward of a
 * token is r = Q − γ V′, V′ where the next token of the example is chosen, and 0 after the last one, or the last one of a turn (Wulfmeier et al. 2024, section 3.4; as IQLearn
 * trains them). With γ = 1 the rewards of a completion add up to V at its first token plus its log-likelihood. Dropout is off.
 *
 * @returns for each example, in their order
 * @throws LamoError `block-too-long`, `token-out-of-range` if an example does not fit the model
 * @example
 * const [first] = await implicitRewards(await loadGpt2('tuned'), completions);
 */
export async function implicitRewards(
  { config, parameters }: LoadedGpt2,
  completions: Completions,
  { discount = 1, batchSize = 8, device, signal }: ImplicitRewardsOptions = {},
): Promise<ImplicitRewards[]> {
  const { name, examples, length, largestToken } = completions;
  checkCorpus(config, { name, blockLength: length, largestToken });
  const rows = Math.min(batchSize, examples);
  const executable = await (device ?? (await openDevice('cpu'))).compile({
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [rows, length] },
    variants: {
      score(_state, { tokens }, _noise, frozen) {
        const { logits, next } = predictTokens(frozen as unknown as Gpt2<tf.Tensor>, tokens!, config);
        const { values, chosen, logLikelihoods } = softValues(logits, next); // [rows · (T − 1)]
        return { outputs: { values, chosen, logLikelihoods } };
      },
    },
  });
  const { tokens } = executable.inputs as { readonly tokens: Float32Array };
  const mask = new Float32Array(tokens.length);
  const run = async () => {
    await executable.run('score');
    const scores = executable.outputs.score as unknown as TokenScores;
    return (row: number) => rewardsOfRow({ tokens, mask, length, row }, scores, discount);
  };
  try {
    return await mapExamples(completions, { tokens, mask }, run, signal);
  } finally {
    await executable.dispose();
  }
}

/** [rows · (T − 1)] each. */
type TokenScores = Readonly<Record<'values' | 'chosen' | 'logLikelihoods', Float32Array>>;

interface Row {
  readonly tokens: Float32Array;
  readonly mask: Float32Array;
  readonly length: number;
  readonly row: number;
}

function rewardsOfRow({ tokens, mask, length, row }: Row, scores: TokenScores, discount: number) {
  const learned: number[] = [];
  for (let t = 1; t < length; t++) if (mask[row * length + t] === 1) learned.push(t);
  const at = (name: keyof TokenScores, t: number) => scores[name][row * (length - 1) + t - 1]!;
  const nextValue = (i: number) => (learned[i + 1] === learned[i]! + 1 ? at('values', learned[i + 1]!) : 0);
  return {
    rewards: Float32Array.from(learned, (t, i) => at('chosen', t) - discount * nextValue(i)),
    logLikelihoods: Float32Array.from(learned, (t) => at('logLikelihoods', t)),
    tokens: Uint32Array.from(learned, (t) => tokens[row * length + t]!),
    value: at('values', learned[0]!),
  };
}
