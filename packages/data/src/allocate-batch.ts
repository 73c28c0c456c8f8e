import type { BatchSource, ColumnArray } from '@lamo/core';

/** Allocates one array per name of a batch, for {@link BatchSource.next} to fill again and again. */
export function allocateBatch<Name extends string>({
  shapes,
  bytes = [],
}: Pick<BatchSource<Name>, 'shapes' | 'bytes'>): Record<Name, ColumnArray> {
  const arrays = Object.entries<readonly number[]>(shapes).map(([name, shape]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return [name, bytes.includes(name) ? new Uint8Array(length) : new Float32Array(length)] as const;
  });
  return Object.fromEntries(arrays) as Record<Name, ColumnArray>;
}
