import type { ElementType } from './types';
import { isFloat } from './types';

/** A number as StableHLO's text has it; read back, it is the same to the last bit. */
export function numberText(value: number, type: ElementType): string {
  if (type === 'i1') return value === 0 ? 'false' : 'true';
  if (!isFloat(type)) return String(value);
  const rounded = Math.fround(value);
  // Decimals cannot say these.
  if (!Number.isFinite(rounded)) return hexText(rounded, type);
  const text = Object.is(rounded, -0) ? '-0' : String(rounded);
  const [digits, exponent] = text.split('e') as [string, string | undefined];
  return (digits.includes('.') ? digits : `${digits}.0`) + (exponent === undefined ? '' : `e${exponent}`);
}

/** The bits of a float: all 32, or the upper half of them. */
function hexText(value: number, type: ElementType): string {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  const digits = bits.toString(16).toUpperCase().padStart(8, '0');
  return `0x${type === 'bf16' ? digits.slice(0, 4) : digits}`;
}

/** The numbers of a tensor as nested lists, as in `dense<[[1.0, 2.0], [3.0, 4.0]]>`. */
export function denseText(values: ArrayLike<number>, shape: readonly number[], type: ElementType): string {
  if (values.length === 0) return '';
  const list = (axis: number, from: number, count: number): string => {
    if (axis === shape.length) return numberText(values[from]!, type);
    const inner = count / shape[axis]!;
    const parts = Array.from({ length: shape[axis]! }, (_, i) => list(axis + 1, from + i * inner, inner));
    return `[${parts.join(', ')}]`;
  };
  return list(0, 0, values.length);
}
