import type { BatchSource } from '@lamo/core';

/** Allocates one array per name of a batch, for {@link BatchSource.next} to fill again and again. */
export function allocateBatch<Name extends string>({
  shapes,
}: Pick<BatchSource<Name>, 'shapes'>): Record<Name, Float32Array> {
  const arrays = Object.entries<readonly number[]>(shapes).map(
    ([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))] as const,
  );
  return Object.fromEntries(arrays) as Record<Name, Float32Array>;
}
