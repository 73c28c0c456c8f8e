import type { Dataset } from '@lamo/core';
import { checkFiniteValues, checkNumber, LamoError } from '@lamo/core';
import { vectorObservations } from './observation-space';

const WHERE = 'data/scalers';

/** Mean and standard deviation per column: x ↦ (x − mean) / standardDeviation. */
export interface StandardScaler {
  /** [W] */
  readonly mean: Float32Array;
  /** [W] population standard deviation, epsilon added */
  readonly standardDeviation: Float32Array;
}

/** A {@link StandardScaler} as plain arrays, for JSON. */
export interface StandardScalerJson {
  /** [W] */
  readonly mean: readonly number[];
  /** [W] epsilon added */
  readonly standardDeviation: readonly number[];
}

/** Options of {@link fitStandardScaler}. */
export interface StandardScalerOptions {
  /**
   * Added to every standard deviation, so that constant columns stay finite: 1e-3 as in TD3+BC and CORL; Decision Transformer and
   * LaMo use 1e-6. @default 1e-3
   */
  readonly epsilon?: number;
}

/**
 * Fits a scaler to a column, with sums in double precision.
 *
 * @param values [N, width]
 * @throws LamoError `wrong-width`, `out-of-range`, `not-finite`
 */
export function fitStandardScaler(
  values: ArrayLike<number>,
  width: number,
  { epsilon = 1e-3 }: StandardScalerOptions = {},
): StandardScaler {
  const rows = values.length / width;
  if (!Number.isInteger(rows) || rows === 0) throw widthMismatch(width, values.length);
  checkNumber(WHERE, 'epsilon', epsilon, 'a number of at least 0', (number) => number >= 0);
  checkFiniteValues(WHERE, 'values', values);
  const sums = new Float64Array(width);
  for (let i = 0; i < values.length; i++) sums[i % width]! += values[i]!;
  const mean = sums.map((sum) => sum / rows);
  const squares = new Float64Array(width);
  for (let i = 0; i < values.length; i++) squares[i % width]! += (values[i]! - mean[i % width]!) ** 2;
  return {
    mean: Float32Array.from(mean),
    standardDeviation: Float32Array.from(squares, (square) => Math.sqrt(square / rows) + epsilon),
  };
}

/**
 * Scales values: (x − mean) / standardDeviation.
 *
 * @param values [N, W]
 * @param into [N, W] where the result goes, may be `values` itself; a new array if left out
 */
export function applyScaler(
  { mean, standardDeviation }: StandardScaler,
  values: ArrayLike<number>,
  into = new Float32Array(values.length),
): Float32Array {
  const width = mean.length;
  if (values.length % width !== 0) throw widthMismatch(width, values.length);
  for (let i = 0, column = 0; i < values.length; i++) {
    into[i] = (values[i]! - mean[column]!) / standardDeviation[column]!;
    if (++column === width) column = 0;
  }
  return into;
}

/**
 * Undoes {@link applyScaler}: x · standardDeviation + mean.
 *
 * @param values [N, W]
 * @param into [N, W] where the result goes, may be `values` itself; a new array if left out
 */
export function invertScaler(
  { mean, standardDeviation }: StandardScaler,
  values: ArrayLike<number>,
  into = new Float32Array(values.length),
): Float32Array {
  const width = mean.length;
  if (values.length % width !== 0) throw widthMismatch(width, values.length);
  for (let i = 0, column = 0; i < values.length; i++) {
    into[i] = values[i]! * standardDeviation[column]! + mean[column]!;
    if (++column === width) column = 0;
  }
  return into;
}

/** Copies a dataset with its observations, and next observations if there are any, scaled. @throws LamoError `image-observations` */
export function scaleObservations(dataset: Dataset, scaler: StandardScaler): Dataset {
  const { nextObservations } = dataset;
  return {
    ...dataset,
    observations: applyScaler(scaler, vectorObservations(dataset, WHERE, 'scaling')),
    ...(nextObservations ? { nextObservations: applyScaler(scaler, nextObservations) } : {}),
  };
}

/** Turns a scaler into plain arrays that survive JSON exactly. */
export function scalerToJson({ mean, standardDeviation }: StandardScaler): StandardScalerJson {
  return { mean: Array.from(mean), standardDeviation: Array.from(standardDeviation) };
}

/** Reads a scaler back from {@link scalerToJson}. @throws LamoError `not-finite`, which JSON writes as null */
export function scalerFromJson({ mean, standardDeviation }: StandardScalerJson): StandardScaler {
  checkFiniteValues(WHERE, 'mean', mean);
  checkFiniteValues(WHERE, 'standardDeviation', standardDeviation);
  return { mean: Float32Array.from(mean), standardDeviation: Float32Array.from(standardDeviation) };
}

function widthMismatch(width: number, length: number): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'wrong-width',
    problem: 'The values cannot be split into rows',
    expected: `one or more rows of ${width} numbers`,
    received: `${length} numbers`,
  });
}
