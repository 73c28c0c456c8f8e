/** C types of struct fields, with their size in bytes; on the 64-bit systems that plug-ins exist for, each aligns to its size. */
const SIZES = { bool: 1, int32: 4, int64: 8, size: 8, pointer: 8 } as const;

/** A C type of a struct's field; an enum is an `int32`. */
export type CType = keyof typeof SIZES;

/** Fields of a C struct by name, in the order of their declaration. */
export type CFields = Readonly<Record<string, CType>>;

/** Where the fields of a struct lie. */
export interface CLayout<Fields extends CFields = CFields> {
  /** Bytes of the struct, padding at its end included. */
  readonly size: number;
  /** Every field in order. */
  readonly fields: {
    readonly [Name in keyof Fields]: { readonly type: Fields[Name]; readonly offset: number };
  };
}

/** Lays a struct out as C does: every field at the next multiple of its size, the whole a multiple of the largest. */
export function layOut<const Fields extends CFields>(fields: Fields): CLayout<Fields> {
  let end = 0;
  let alignment = 1;
  const places = Object.entries(fields).map(([name, type]) => {
    const size = SIZES[type];
    const offset = roundUp(end, size);
    end = offset + size;
    alignment = Math.max(alignment, size);
    return [name, { type, offset }];
  });
  return { size: roundUp(end, alignment), fields: Object.fromEntries(places) };
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
