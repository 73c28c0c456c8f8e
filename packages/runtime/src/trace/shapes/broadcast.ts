import { RuntimeError } from '../../errors';

/** Shape of an elementwise operation on two shapes, by NumPy's rule. @throws RuntimeError `shape-mismatch` */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new RuntimeError({
      where: 'trace',
      code: 'shape-mismatch',
      problem: 'Two shapes do not broadcast',
      received: `[${a.join(', ')}] and [${b.join(', ')}]`,
    });
  });
}

/** Turns an axis, several, or none (all) into sorted axes from 0 to rank − 1. */
export function normaliseAxes(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = typeof axis === 'number' ? [axis] : axis;
  return [...new Set(axes.map((a) => (a < 0 ? a + rank : a)))].sort((x, y) => x - y);
}
