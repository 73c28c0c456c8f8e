import { Rng } from '@lamo/core';

/** Two rows of four predictions over five tokens: completions of three and of two tokens, after prompts, then what rows are filled up with. */
export const [B, T, V] = [2, 4, 5];
export const WEIGHTS = [0, 1, 1, 1, 1, 1, 0, 0];
export const NEXT = [4, 1, 3, 0, 2, 0, 0, 0];

/** Draws what follows {@link LOGITS}. */
export const rng = Rng.fromSeed(3);
export const LOGITS = Float32Array.from({ length: B * T * V }, () => rng.uniform(-3, 3));

/** What is predicted at a place. */
export const row = (given: ArrayLike<number>, i: number) =>
  Array.from({ length: V }, (_, j) => given[i * V + j]!);

/** log Σ exp */
export const softMaximum = (x: readonly number[]) => Math.log(x.reduce((sum, q) => sum + Math.exp(q), 0));
