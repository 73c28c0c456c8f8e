import { scaleActions } from '../kinds/action-bounds';
import type { DatasetSpec } from '../kinds/dataset';
import { isDiscrete } from '../kinds/policy';
import type { Rows } from './kernel';

/** Actions [n, A] between −1 and 1, or [n, K] with 1 for the class that was chosen, of raw ones. */
export function toUnit(actions: Float32Array, spec: DatasetSpec): Rows {
  const width = spec.actionSize;
  if (!isDiscrete(spec)) {
    const { actions: data } = scaleActions({ actions, actionSize: width }, spec.actionBounds ?? null);
    return { width, data };
  }
  const data = new Float32Array(actions.length * width);
  for (const [row, chosen] of actions.entries()) data[row * width + chosen] = 1;
  return { width, data };
}

/**
 * Computes how far outputs are from what was done: Σ (π − a)² of actions, −log π of classes.
 *
 * @param outputs [n, A] actions between −1 and 1, or [n, K] scores of classes
 * @param actions as {@link toUnit} makes them
 * @returns [n]
 */
export function outputLosses(outputs: Rows, actions: Rows, spec: DatasetSpec): Float64Array {
  return mapRows(outputs, actions, (output, action) => {
    if (!isDiscrete(spec)) return output.reduce((sum, value, a) => sum + (value - action[a]!) ** 2, 0);
    const odds = softmax(output);
    return -odds.reduce((sum, p, a) => sum + action[a]! * Math.log(p), 0);
  });
}

/**
 * Computes the gradients of {@link outputLosses} by what the last layer computes: before tanh, 2 (π − a)(1 − π²); of scores, the
 * probabilities less 1 for what was chosen.
 *
 * @param isBounded false for actions that no tanh bounds: 2 (π − a)
 * @returns [n, A]
 */
export function outputGradients(outputs: Rows, actions: Rows, spec: DatasetSpec, isBounded = true): Rows {
  const { width } = outputs;
  const data = new Float64Array(outputs.data.length);
  mapRows(outputs, actions, (output, action, row) => {
    const odds = isDiscrete(spec) ? softmax(output) : undefined;
    for (let a = 0; a < width; a++) {
      data[row * width + a] = odds
        ? odds[a]! - action[a]!
        : 2 * (output[a]! - action[a]!) * (isBounded ? 1 - output[a]! ** 2 : 1);
    }
    return 0;
  });
  return { width, data };
}

/** Turns scores of classes [n, K] into probabilities. */
export function softmaxRows(scores: Rows): Rows {
  const data = new Float64Array(scores.data.length);
  for (let start = 0; start < data.length; start += scores.width)
    data.set(softmax([...scores.data.subarray(start, start + scores.width)]), start);
  return { width: scores.width, data };
}

/** σ of a deterministic policy, where the likelihood of what somebody else did is asked for. */
const SPREAD = 1;

/** log π of a step, of its {@link outputLosses}: of classes −loss, of amounts that of a Gaussian around them. */
export function logDensity(loss: number, spec: DatasetSpec): number {
  if (isDiscrete(spec)) return -loss;
  return -(loss / SPREAD ** 2 + spec.actionSize * Math.log(2 * Math.PI * SPREAD ** 2)) / 2;
}

type Row = Rows['data'];

function mapRows(a: Rows, b: Rows, value: (a: number[], b: Row, row: number) => number): Float64Array {
  const { width } = a;
  return Float64Array.from({ length: a.data.length / width }, (_, row) => {
    const cut = (data: Row) => data.subarray(row * width, (row + 1) * width);
    return value([...cut(a.data)], cut(b.data), row);
  });
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - largest));
  const sum = odds.reduce((total, value) => total + value, 0);
  return odds.map((value) => value / sum);
}
