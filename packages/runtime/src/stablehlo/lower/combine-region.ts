import type { Emitter } from '../emitter';
import { type ElementType, typeText } from '../types';

/** What two numbers are combined to: their sum, or the second of them. */
export type Combine = 'add' | 'replace';

/** Writes the region of an operator that combines numbers by pairs. */
export function combineRegion(hlo: Emitter, element: ElementType, combine: Combine): string {
  const type = typeText({ shape: [], type: element });
  const [a, b, sum] = ['a', 'b', 'sum'].map((name) => hlo.fresh(name));
  const made = combine === 'add' ? `${sum} = stablehlo.add ${a}, ${b} : ${type} ` : '';
  const returned = combine === 'add' ? sum : b;
  return `({ ^bb0(${a}: ${type}, ${b}: ${type}): ${made}stablehlo.return ${returned} : ${type} })`;
}
