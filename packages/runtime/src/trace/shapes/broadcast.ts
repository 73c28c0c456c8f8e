import { backend_util, util } from '@tensorflow/tfjs-core';

/** Shape of an elementwise operation, by NumPy's rule. @throws Error of tfjs that says both shapes */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  return shapes.reduce<number[]>(
    (whole, shape) => backend_util.assertAndGetBroadcastShape(whole, [...shape]),
    [],
  );
}

/** Turns an axis, several, or none (all) into sorted axes from 0 to rank − 1. @throws Error of tfjs */
export function normaliseAxes(
  axis: number | readonly number[] | null | undefined,
  shape: readonly number[],
): number[] {
  const axes = util.parseAxisParam(axis as number | number[], [...shape]);
  return [...new Set(axes)].sort((x, y) => x - y);
}

/** Turns one axis, negative ones counted from the end, into one from 0 to rank − 1. @throws Error of tfjs */
export function normaliseAxis(axis: number | undefined, shape: readonly number[]): number {
  return normaliseAxes(axis ?? 0, shape)[0]!;
}
