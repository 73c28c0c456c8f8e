/** Every float16 as a float32, by its bits; made when first needed. */
let floats: Float32Array | undefined;

/** Widens float16 numbers, given by their bits. @returns a new array, [N] as `halves` */
export function halvesToFloats(halves: Uint16Array): Float32Array {
  floats ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToFloat(bits));
  const result = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) result[i] = floats[halves[i]!]!;
  return result;
}

/**
 * Rounds to float16, ties to even, and returns the bits. Numbers beyond ±65,504 become ±∞.
 * @returns a new array, [N] as `numbers`
 */
export function floatsToHalves(numbers: Float32Array): Uint16Array {
  const result = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) result[i] = floatToHalf(numbers[i]!);
  return result;
}

/** Widens bfloat16 numbers, which are the upper halves of float32 ones. @returns a new array, [N] as `halves` */
export function brainHalvesToFloats(halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return result;
}

/** A float16 has 1 bit of sign, 5 of exponent (offset 15) and 10 of fraction (IEEE 754-2019, section 3.6). */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const number = new Float32Array(1);
const numberBits = new Uint32Array(number.buffer);

function floatToHalf(value: number): number {
  number[0] = value;
  const sign = (numberBits[0]! >>> 16) & 0x8000;
  const bits = numberBits[0]! & 0x7fffffff;
  if (bits > 0x7f800000) return 0x7e00;
  // From halfway between the largest float16 and the next power of two on.
  if (bits >= 0x477ff000) return sign | 0x7c00;
  if (bits < 0x38800000) {
    // Below 2⁻¹⁴ float16 numbers are 2⁻²⁴ apart, as float32 ones are after 0.5: this addition rounds.
    number[0] = Math.abs(value) + 0.5;
    return sign | (numberBits[0]! - 0x3f000000);
  }
  // Drops 13 bits of fraction, rounding to even, and moves the exponent's offset from 127 to 15.
  return sign | ((bits + 0xfff + ((bits >>> 13) & 1) - 0x38000000) >>> 13);
}
