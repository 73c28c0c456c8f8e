import type { CFields, CLayout, CType } from './c-layout';

/** Memory that native code may be given the address of: ArrayBuffers do not move. */
export type Memory = ArrayBuffer | ArrayBufferView;

/** What a field of a type holds. Addresses are BigInts; sizes and counts are exact up to 2⁵³. */
type ValueOf<Type extends CType> = Type extends 'pointer' ? bigint : Type extends 'bool' ? boolean : number;

/** What a pointer may be made to point to; structs in a list lie side by side. */
// biome-ignore lint/suspicious/noExplicitAny: a struct of any fields
type Pointed = Memory | CStruct<any> | readonly CStruct<any>[];

/** What may be written: where C has a pointer, also what it is to point to. */
type Written<Type extends CType> = Type extends 'pointer' ? bigint | Pointed : ValueOf<Type>;

/** Values to write into a struct, by field. */
export type CValues<Fields extends CFields> = { readonly [Name in keyof Fields]?: Written<Fields[Name]> };

/** Tells the address of memory. */
export type AddressOf = (memory: Memory) => bigint;

/** A C struct in memory that does not move. It keeps alive what its pointers point to, if that was written as memory. */
export class CStruct<Fields extends CFields = CFields> {
  /** Where it lies. */
  readonly address: bigint;
  readonly #fields: CLayout<Fields>['fields'];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #addressOf: AddressOf;
  readonly #kept: unknown[] = [];

  /** @param bytes of the layout's size or more */
  constructor({ fields }: CLayout<Fields>, addressOf: AddressOf, bytes: Uint8Array<ArrayBuffer>) {
    this.#fields = fields;
    this.#addressOf = addressOf;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.address = addressOf(bytes);
  }

  /** Writes some of the fields; the others keep what they have. */
  write(values: CValues<Fields>): this {
    for (const name in values) {
      const { type, offset } = this.#fields[name];
      const value = values[name] as Written<CType>;
      WRITE[type](this.#view, offset, (typeof value === 'object' ? this.#keep(value) : value) as never);
    }
    return this;
  }

  /** Reads one field. */
  read<Name extends keyof Fields>(name: Name): ValueOf<Fields[Name]> {
    const { type, offset } = this.#fields[name];
    return READ[type](this.#view, offset) as ValueOf<Fields[Name]>;
  }

  /** Zeroes everything but the size, which is the first field of PJRT's structs. */
  reset(): this {
    this.#bytes.fill(0);
    this.#view.setBigUint64(0, BigInt(this.#bytes.length), LITTLE);
    this.letGo();
    return this;
  }

  /** Stops keeping alive what the struct points to. */
  letGo(): void {
    this.#kept.length = 0;
  }

  #keep(pointed: Pointed): bigint {
    this.#kept.push(pointed);
    if (pointed instanceof CStruct) return pointed.address;
    if (Array.isArray(pointed)) return pointed[0]?.address ?? 0n;
    return this.#addressOf(pointed as Memory);
  }
}

const LITTLE = true;

const WRITE: { readonly [Type in CType]: (view: DataView, at: number, value: ValueOf<Type>) => void } = {
  bool: (view, at, value) => view.setUint8(at, value ? 1 : 0),
  int32: (view, at, value) => view.setInt32(at, value, LITTLE),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), LITTLE),
  size: (view, at, value) => view.setBigUint64(at, BigInt(value), LITTLE),
  pointer: (view, at, value) => view.setBigUint64(at, value, LITTLE),
};

const READ: { readonly [Type in CType]: (view: DataView, at: number) => ValueOf<Type> } = {
  bool: (view, at) => view.getUint8(at) !== 0,
  int32: (view, at) => view.getInt32(at, LITTLE),
  int64: (view, at) => Number(view.getBigInt64(at, LITTLE)),
  size: (view, at) => Number(view.getBigUint64(at, LITTLE)),
  pointer: (view, at) => view.getBigUint64(at, LITTLE),
};
