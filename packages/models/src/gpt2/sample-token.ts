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
  const top = logits[likeliest]!;
  const ids = chooseAmong(logits, top, options);
  const count = ids?.length ?? logits.length;
  // Anew each time: kept for all tokens, it made the texts of a large batch a third slower, for garbage was collected too rarely.
  const weights = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = Math.exp((logits[ids === undefined ? i : ids[i]!]! - top) / temperature);
    weights[i] = weight;
    sum += weight;
  }
  let left = rng.uniform() * sum;
  let place = 0;
  // Rounding may leave a little over: then it is the last one.
  for (; place < count - 1; place++) {
    left -= weights[place]!;
    if (left < 0) break;
  }
  return ids === undefined ? place : ids[place]!;
}

/** The first id of the largest. */
function argMax(logits: Float32Array): number {
  let best = 0;
  let most = logits[0]!;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit > most) {
      best = id;
      most = logit;
    } else if (Number.isNaN(logit)) throw notANumber();
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

/** The ids that `topK` and `topP` leave, the most likely first; undefined for all, in order. @param top the largest logit */
function chooseAmong(
  logits: Float32Array,
  top: number,
  { temperature, topK, topP = 1 }: SamplingOptions,
): Uint32Array | undefined {
  if (topP < 1) return nucleus(logits, top, { most: Math.min(topK, logits.length), temperature, topP });
  return topK >= logits.length ? undefined : likeliestIds(logits, topK);
}

/** The fewest of the `most` likeliest whose probabilities sum to at least `topP` of theirs. @param top the largest logit */
function nucleus(
  logits: Float32Array,
  top: number,
  { most, temperature, topP }: { most: number; temperature: number; topP: number },
): Uint32Array {
  const among = most < logits.length ? likeliestIds(logits, most) : undefined;
  const weightOf = (id: number) => Math.exp((logits[id]! - top) / temperature);
  let sum = 0;
  for (let i = 0; i < most; i++) sum += weightOf(among === undefined ? i : among[i]!);
  // Usually few are enough: to sort all would take longer than the model does.
  for (let count = Math.min(64, most); ; count = Math.min(8 * count, most)) {
    const ids = among?.subarray(0, count) ?? likeliestIds(logits, count);
    let left = topP * sum;
    for (let i = 0; i < count; i++) {
      left -= weightOf(ids[i]!);
      if (left <= 0) return ids.subarray(0, i + 1);
    }
    if (count === most) return ids;
  }
}

/** The ids of the largest, falling; of equal ones the lower id first. */
function likeliestIds(logits: Float32Array, count: number): Uint32Array {
  const least = nthLargest(logits.slice(), count);
  const ids: number[] = [];
  const equal: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (logits[id]! > least) ids.push(id);
    else if (logits[id]! === least) equal.push(id);
  }
  ids.push(...equal.slice(0, count - ids.length));
  return Uint32Array.from(ids).sort((a, b) => logits[b]! - logits[a]! || a - b);
}

/** Finds the n-th largest number (Hoare's selection), and brings others to places that mean nothing. */
function nthLargest(numbers: Float32Array, n: number): number {
  let [from, to] = [0, numbers.length - 1];
  while (from < to) {
    const pivot = numbers[(from + to) >> 1]!;
    let [i, j] = [from, to];
    while (i <= j) {
      while (numbers[i]! > pivot) i++;
      while (numbers[j]! < pivot) j--;
      if (i > j) break;
      [numbers[i], numbers[j]] = [numbers[j]!, numbers[i]!];
      i++;
      j--;
    }
    if (n - 1 <= j) to = j;
    else if (n - 1 >= i) from = i;
    else break;
  }
  return numbers[n - 1]!;
}
