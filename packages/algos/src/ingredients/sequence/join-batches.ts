import type { BatchSource } from '@lamo/core';

type NamesIn<Source> = Source extends BatchSource<infer Name> ? Name : never;

/** Draws from several sources at once; their arrays must have different names. */
export function joinBatches<Sources extends Readonly<Record<string, BatchSource>>>(
  sources: Sources,
): BatchSource<NamesIn<Sources[keyof Sources]>> {
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
