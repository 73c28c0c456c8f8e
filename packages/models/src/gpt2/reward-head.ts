import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError, type Rng } from '@lamo/core';
import { type HostArray, hostArray, type Tree, writeSafetensors } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpt2Config } from './gpt2-config';
import type { StoredTensors } from './model-heads';

/** What tells by the hidden state of its last token how good a text is: a linear layer, as that of transformers' `GPT2ForSequenceClassification`. */
export interface RewardHead<Leaf> {
  /** `weight` [1, D] */
  readonly score: { readonly weight: Leaf };
  readonly [key: string]: Tree<Leaf>;
}

/** The file of a reward model that holds its head. */
export const REWARD_FILE = 'reward.safetensors';

const TENSOR = 'score.weight';

/** Draws a head from N(0, 0.02), or whatever deviation the model begins with. */
export function initRewardHead({ nEmbd, initializerRange }: Gpt2Config, rng: Rng): RewardHead<HostArray> {
  const data = new Float32Array(nEmbd);
  rng.fillNormal(data);
  return {
    score: {
      weight: hostArray(
        [1, nEmbd],
        data.map((value) => value * initializerRange),
      ),
    },
  };
}

/**
 * Marks the last token of each row that is learned: the one that ends the answer.
 *
 * @param mask [B, T] 1 for tokens that are learned, at least one of each row
 * @returns [B, T] 1 for one token of each row
 */
export function lastLearned(mask: tf.Tensor): tf.Tensor {
  const places = tf.mul(mask, tf.range(1, mask.shape[1]! + 1, 1, 'float32'));
  return tf.cast(tf.equal(places, tf.max(places, 1, true)), 'float32');
}

/**
 * Computes the reward of each text: what the head says of the hidden state of the token that ends its answer.
 *
 * @param hidden [B, T, D]
 * @param mask [B, T] 1 for tokens that are learned, at least one of each row
 * @returns [B]
 */
export function textRewards({ score }: RewardHead<tf.Tensor>, hidden: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const last = tf.sum(tf.mul(hidden, tf.expandDims(lastLearned(mask), -1)), 1) as tf.Tensor2D; // [B, D]
  return tf.squeeze(tf.matMul(last, score.weight as tf.Tensor2D, false, true), [-1]);
}

/** Writes the head of a model beside its weights, or removes that of an earlier one. @throws LamoError `disk-full`, `not-writable` */
export function saveRewardHead(folder: string, head: RewardHead<HostArray> | undefined): void {
  const path = join(folder, REWARD_FILE);
  if (head !== undefined)
    writeSafetensors(path, { tensors: new Map([[TENSOR, head.score.weight]]), metadata: {} });
  else if (existsSync(path)) rmSync(path);
}

/** Finds the head of a model in its file. @throws LamoError `wrong-weights` */
export function rewardHeadOf({ file, tensors }: StoredTensors, { nEmbd }: Gpt2Config): RewardHead<HostArray> {
  const weight = tensors.get(TENSOR);
  if (weight?.shape.join() === `1,${nEmbd}`) return { score: { weight } };
  throw new LamoError({
    where: 'models/gpt2',
    code: 'wrong-weights',
    problem: `The reward head of ${file} does not belong to the model beside it`,
    expected: `the tensor '${TENSOR}' [1, ${nEmbd}]`,
    received: weight === undefined ? 'none of that name' : `[${weight.shape.join(', ')}]`,
    hint: 'Put back the file that was saved with the model; without it the model is a language model only.',
  });
}

/** Finds the head of a model. @throws LamoError `no-reward-head` */
export function checkRewardHead({ rewardHead }: { readonly rewardHead?: RewardHead<HostArray> | undefined }) {
  if (rewardHead !== undefined) return rewardHead;
  throw new LamoError({
    where: 'models/gpt2',
    code: 'no-reward-head',
    problem: 'The model does not say how good a text is',
    expected: `a reward model, with a ${REWARD_FILE} beside its weights, such as that of \`lamo train reward-model\``,
    received: 'a language model without',
  });
}
