import { LamoError, type Rng } from '@lamo/core';

/** How {@link sampleToken} chooses. */
export interface SamplingOptions {
  /** Divides the logits; 0 takes the largest. */
  readonly temperature: number;
  /** Tokens to choose among, the most likely ones. */
  readonly topK: number;
  /** Chooses among the most likely of these whose probabilities sum to at least this. @default 1: all of them */
  readonly topP?: number;
  readonly rng: Rng;
}

/**
 * Draws a token with probability softmax(logits / temperature), among the `topK` most likely, and of these among the fewest with
 * a sum of at least `topP` (nucleus sampling, Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration"). Equal logits: the
 * lower id first.
 *
 * @param logits [V]
 * @throws LamoError `not-a-number`
 */
export function sampleToken(logits: Float32Array, options: SamplingOptions): number {
  const { temperature, rng } = options;
  const likeliest = argMax(logits);
  if (temperature === 0) return likeliest;
  const ids = chooseAmong(logits, options);
  const weights = new Float64Array(ids.length);
  let sum = 0;
  for (let i = 0; i < ids.length; i++) {
    weights[i] = Math.exp((logits[ids[i]!]! - logits[likeliest]!) / temperature);
    sum += weights[i]!;
  }
  let left = rng.uniform() * sum;
  const place = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  // Rounding may leave a little over.
  return ids[place === -1 ? ids.length - 1 : place]!;
}

/** The first id of the largest. */
function argMax(logits: Float32Array): number {
  let best = 0;
  for (let id = 0; id < logits.length; id++) {
    if (Number.isNaN(logits[id])) throw notANumber();
    if (logits[id]! > logits[best]!) best = id;
  }
  return best;
}

function notANumber(): LamoError {
  return new LamoError({
    where: 'models/generate',
    code: 'not-a-number',
    problem: 'The model does not say what comes next',
    expected: 'a number for each token',
    received: 'NaN',
    hint: 'Its weights have grown without bounds, in training or before: take an earlier snapshot.',
  });
}

/** The ids that `topK` and `topP` leave: all in order, or the most likely first. */
function chooseAmong(logits: Float32Array, { temperature, topK, topP = 1 }: SamplingOptions): Uint32Array {
  if (topK >= logits.length && topP >= 1) return everyId(logits.length);
  // Numbers are sorted much faster than ids by their numbers: these tell how many ids there are to sort.
  const falling = logits.slice().sort().reverse();
  const most = Math.min(topK, logits.length);
  const count = topP < 1 ? nucleusSize(falling.subarray(0, most), temperature, topP) : most;
  const ids = everyId(logits.length).filter((id) => logits[id]! >= falling[count - 1]!);
  return ids.sort((a, b) => logits[b]! - logits[a]! || a - b).subarray(0, count);
}

/** How many of the first probabilities sum to at least `topP` of all. */
function nucleusSize(falling: Float32Array, temperature: number, topP: number): number {
  const weights = Float64Array.from(falling, (logit) => Math.exp((logit - falling[0]!) / temperature));
  let left = topP * weights.reduce((sum, weight) => sum + weight, 0);
  const place = weights.findIndex((weight) => {
    left -= weight;
    return left <= 0;
  });
  return place === -1 ? falling.length : place + 1;
}

function everyId(count: number): Uint32Array {
  const ids = new Uint32Array(count);
  for (let id = 0; id < count; id++) ids[id] = id;
  return ids;
}
