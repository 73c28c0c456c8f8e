import type { Rng } from '@lamo/core';
import type { HostArray } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Mlp } from '../networks/mlp';
import { type Critics, initCritics } from './critics';
import { qValuesOfSets } from './q-values-of-sets';

/** Critics of different shapes: neighbours with the same shape are stored side by side in one stack. */
export type CriticStacks<Leaf> = Readonly<Record<string, Critics<Leaf>>>;

/**
 * Draws one critic for each list of widths; neighbours with the same widths share a stack.
 *
 * @param shapes widths of each critic from input to output, for example twice [O + A, 256, 256, 1]
 * @param draw creates one critic
 */
export function initCriticStacks(
  shapes: readonly (readonly number[])[],
  rng: Rng,
  draw: (sizes: readonly number[], rng: Rng) => Mlp<HostArray>,
): CriticStacks<HostArray> {
  const groups: { readonly sizes: readonly number[]; count: number }[] = [];
  for (const sizes of shapes) {
    const last = groups.at(-1);
    if (last?.sizes.join() === sizes.join()) last.count++;
    else groups.push({ sizes, count: 1 });
  }
  const stacks = groups.map(({ sizes, count }, i) => [
    String(i),
    initCritics(count, sizes, rng.split(`stack ${i}`), draw),
  ]);
  return Object.fromEntries(stacks);
}

/**
 * Computes the values that every critic of every stack gives to several actions for each observation.
 *
 * @param observations [B, O]
 * @param actions [B, M, A]
 * @returns Q(s, a) [N, B, M]
 */
export function stackedValues(
  stacks: CriticStacks<tf.Tensor>,
  observations: tf.Tensor,
  actions: tf.Tensor,
): tf.Tensor3D {
  return tf.concat(
    Object.values(stacks).map((critics) => qValuesOfSets(critics, observations, actions)),
    0,
  );
}
