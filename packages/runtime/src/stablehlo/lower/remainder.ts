import type { Emitter } from '../emitter';
import type { Tensor } from '../types';

/** a − b⌊a / b⌋: the sign of b, where StableHLO's remainder has the sign of a. */
export function floorMod(hlo: Emitter, a: Tensor, b: Tensor): Tensor {
  const rest = hlo.elementwise('remainder', a, b);
  const zero = hlo.like(a, 0);
  const signsDiffer = hlo.elementwise('xor', hlo.compare('LT', rest, zero), hlo.compare('LT', b, zero));
  const isOther = hlo.elementwise('and', signsDiffer, hlo.compare('NE', rest, zero));
  return hlo.select(isOther, hlo.elementwise('add', rest, b), rest);
}
