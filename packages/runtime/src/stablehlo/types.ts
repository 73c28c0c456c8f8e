import type { DType } from '../trace/graph';

/** Element types that StableHLO programs of ours use. */
export type ElementType = 'f32' | 'bf16' | 'i1' | 'i32' | 'i64' | 'ui8' | 'ui32' | 'ui64';

/** A value of a StableHLO program: its name in the text, with the `%`, and what it is. */
export interface Tensor extends TensorType {
  readonly name: string;
}

/** Shape and element type of a value. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** The element type that holds numbers of a traced graph. */
export const elementTypes: Readonly<Record<DType | 'uint8', ElementType>> = {
  float32: 'f32',
  int32: 'i32',
  bool: 'i1',
  uint8: 'ui8',
};

/** A type as StableHLO writes it: `tensor<2x3xf32>`. */
export function typeText({ shape, type }: TensorType): string {
  return `tensor<${[...shape, type].join('x')}>`;
}

/** Tells whether a type holds numbers with a fraction. */
export const isFloat = (type: ElementType): boolean => type === 'f32' || type === 'bf16';
