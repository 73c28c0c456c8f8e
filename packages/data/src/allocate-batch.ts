import type { BatchSource } from './contracts';

/** Allocates one array per name of a batch, for {@link BatchSource.next} to fill again and again. */
export function allocateBatch({ shapes }: Pick<BatchSource, 'shapes'>): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
}
