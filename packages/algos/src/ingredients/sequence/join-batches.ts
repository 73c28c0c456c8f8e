import type { BatchSource, BatchTables } from '@lamo/core';

type NamesIn<Source> = Source extends BatchSource<infer Name> ? Name : never;

/** Draws from several sources at once; their arrays must have different names. */
export function joinBatches<Sources extends Readonly<Record<string, BatchSource>>>(
  sources: Sources,
): BatchSource<NamesIn<Sources[keyof Sources]>> {
  const all = Object.entries(sources);
  return {
    tables: joinTables(sources),
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

/** Tables of those that have some; the others are filled. */
function joinTables(sources: Readonly<Record<string, BatchSource>>): BatchTables {
  const named = <Value>(name: string, record: Readonly<Record<string, Value>>) =>
    Object.entries(record).map(([key, value]) => [`${name}/${key}`, value] as const);
  const withTables = Object.entries(sources).flatMap(([name, { tables }]) =>
    tables ? [{ name, tables }] : [],
  );
  return {
    arrays: () => Object.fromEntries(withTables.flatMap(({ name, tables }) => named(name, tables.arrays()))),
    rows: Object.fromEntries(withTables.flatMap(({ name, tables }) => named(name, tables.rows))),
    reads: Object.fromEntries(
      withTables.flatMap(({ name, tables }) =>
        Object.entries(tables.reads).map(([array, read]) => [
          array,
          { table: `${name}/${read!.table}`, rows: `${name}/${read!.rows}` },
        ]),
      ),
    ),
    draw(rows, into) {
      for (const [name, source] of Object.entries(sources)) {
        const { tables } = source;
        if (tables === undefined) {
          source.next(into);
          continue;
        }
        const own = Object.keys(tables.rows).map((list) => [list, rows[`${name}/${list}`]!]);
        tables.draw(Object.fromEntries(own), into);
      }
    },
  };
}
