import type { BatchSource } from '@lamo/data';

/** Draws from several sources at once; their arrays must have different names. */
export function joinBatches<Name extends string>(
  sources: Readonly<Record<string, BatchSource<Name>>>,
): BatchSource<Name> {
  const all = Object.entries(sources);
  return {
    shapes: Object.assign({}, ...all.map(([, { shapes }]) => shapes)),
    next(into) {
      for (const [, source] of all) source.next(into);
    },
    state: () => Object.fromEntries(all.map(([name, source]) => [name, source.state()])),
    restore(state) {
      const saved = Object(state) as Readonly<Record<string, unknown>>;
      for (const [name, source] of all) source.restore(saved[name]);
    },
  };
}
