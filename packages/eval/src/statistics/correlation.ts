import { LamoError } from '@lamo/core';
import { checkValues } from '../check-values';
import { mean } from './statistics';

const WHERE = 'eval/statistics';

/**
 * Computes Pearson's correlation of two series, from −1 to 1; NaN if one of them is constant.
 *
 * @throws LamoError `no-values`, `not-finite`, `lengths-differ`
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  const [centerX, centerY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - centerX, y[i]! - centerY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/**
 * Computes Spearman's rank correlation: Pearson's of the ranks, where equal values share the mean of theirs.
 *
 * @throws LamoError `no-values`, `not-finite`, `lengths-differ`
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y);
  return correlation(ranks(x), ranks(y));
}

/** The rank of each value, from 0; equal values have the mean of the ranks that they take. */
function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranked[order[i]!] = (start + end - 1) / 2;
    start = end;
  }
  return ranked;
}

function checkPairs(x: ArrayLike<number>, y: ArrayLike<number>): void {
  checkValues(WHERE, x);
  checkValues(WHERE, y);
  if (x.length === y.length) return;
  throw new LamoError({
    where: WHERE,
    code: 'lengths-differ',
    problem: 'Two series of different lengths are not correlated',
    expected: `${x.length} values`,
    received: `${y.length}`,
  });
}
