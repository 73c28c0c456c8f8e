import { brainHalvesToFloats, halvesToFloats } from './half';

/** An element type of safetensors files. */
export interface ElementType {
  /** Bytes of one element. */
  readonly size: number;
  /** Reads elements as float32; `bytes` must start its buffer; float32 elements are not copied. */
  readonly toFloats: (bytes: Uint8Array<ArrayBuffer>) => Float32Array;
}

/** The element types that can be read, by their names in headers. */
export const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  F32: { size: 4, toFloats: ({ buffer }) => new Float32Array(buffer) },
  F16: { size: 2, toFloats: ({ buffer }) => halvesToFloats(new Uint16Array(buffer)) },
  BF16: { size: 2, toFloats: ({ buffer }) => brainHalvesToFloats(new Uint16Array(buffer)) },
  F64: { size: 8, toFloats: ({ buffer }) => new Float32Array(new Float64Array(buffer)) },
  I64: { size: 8, toFloats: ({ buffer }) => Float32Array.from(new BigInt64Array(buffer), Number) },
  I32: { size: 4, toFloats: ({ buffer }) => new Float32Array(new Int32Array(buffer)) },
  U8: { size: 1, toFloats: (bytes) => new Float32Array(bytes) },
  BOOL: { size: 1, toFloats: (bytes) => new Float32Array(bytes) },
};
