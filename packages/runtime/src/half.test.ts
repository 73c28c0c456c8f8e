import { expect, it } from 'vitest';
import { brainHalvesToFloats, floatsToHalves, halvesToFloats } from './half';

const every = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
const round = (...numbers: number[]) => [...halvesToFloats(floatsToHalves(Float32Array.from(numbers)))];

it('known float16 numbers are read by their bits', () => {
  const halves = Uint16Array.of(
    0x0000,
    0x8000,
    0x3c00,
    0xc000,
    0x7bff,
    0x0400,
    0x0001,
    0x3555,
    0x7c00,
    0xfc00,
  );
  expect([...halvesToFloats(halves)]).toEqual([
    0,
    -0,
    1,
    -2,
    65504,
    2 ** -14,
    2 ** -24,
    1365 / 4096,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

it('every float16 survives being widened and rounded, and NaN stays NaN', () => {
  const isNumber = (bits: number) => (bits & 0x7fff) <= 0x7c00;
  const expected = every.map((bits) => (isNumber(bits) ? bits : 0x7e00));
  expect(floatsToHalves(halvesToFloats(every))).toEqual(expected);
});

it('numbers are rounded to the nearest float16, and to the even one from halfway', () => {
  const ulp = 2 ** -10;
  expect(round(1 + 0.5 * ulp, 1 + 1.5 * ulp, 1 + 0.51 * ulp, 1 + 0.49 * ulp)).toEqual([
    1,
    1 + 2 * ulp,
    1 + ulp,
    1,
  ]);
  expect(round(2 ** -25, 1.5 * 2 ** -24, 0.51 * 2 ** -24, -(2 ** -26))).toEqual([0, 2 ** -23, 2 ** -24, -0]);
  // The largest below 2⁻¹⁴ rounds up into the normal numbers.
  expect(round(2 ** -14 - 2 ** -30)).toEqual([2 ** -14]);
});

it('numbers too large for float16 become infinite', () => {
  expect(round(65519.99, 65520, -1e30)).toEqual([65504, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

it('bfloat16 numbers are the upper halves of float32 ones', () => {
  const floats = Float32Array.of(1, -3.5, 2 ** -126, Number.NEGATIVE_INFINITY, 1.0078125);
  const halves = Uint16Array.from(new Uint32Array(floats.buffer), (bits) => bits >>> 16);
  expect(brainHalvesToFloats(halves)).toEqual(floats);
});
