import type { NoiseDraw } from '../compile/trace-program';
import { sizeOf } from '../tree';
import { type Emitter, signature } from './emitter';
import type { Tensor } from './types';

/**
 * Draws the noise of a step on the device: numbers of a counter-based generator (Philox 4×32-10, Salmon et al. 2011), whose key
 * is that of the training and the draw, and whose counter begins at the step. A resumed training draws what it would have drawn.
 *
 * @param key of the training, ui64 []; or [copies], of several: the noise of all, [copies, …], each drawn as it would be alone
 * @param step steps taken before this one, ui64 []
 * @param index of the draw within its step
 */
export function drawNoise(hlo: Emitter, draw: NoiseDraw, place: NoisePlace): Tensor {
  const [copies] = place.key.shape;
  if (copies === undefined) return drawOne(hlo, draw, place);
  const drawn = Array.from({ length: copies }, (_, i) => {
    const key = hlo.reshape(hlo.slice(place.key, [i], [i + 1]), []);
    return hlo.reshape(drawOne(hlo, draw, { ...place, key }), [1, ...draw.shape]);
  });
  return hlo.concatenate(drawn, 0);
}

function drawOne(hlo: Emitter, draw: NoiseDraw, { key, step, index }: NoisePlace): Tensor {
  hlo.scope = `noise.${index}`;
  const size = sizeOf(draw.shape);
  // A key of its own for each draw, far from those of other trainings.
  const offset = hlo.scalar(0, 'ui64');
  const own = hlo.elementwise('add', key, hlo.line(offset, uint64(index + 1, 0x9e3779b97f4a7c15n)));
  const zero = hlo.scalar(0, 'ui64');
  const state = hlo.concatenate(
    [own, zero, step].map((x) => hlo.reshape(x, [1])),
    0,
  );
  const bits = (count: number) => randomBits(hlo, state, count);
  if (draw.kind === 'normal') return hlo.reshape(normal(hlo, bits(2 * size), size), draw.shape);
  const uniforms = hlo.reshape(uniform(hlo, bits(size)), draw.shape);
  if (draw.kind === 'uniform') return uniforms;
  const isKept = hlo.compare('GE', uniforms, hlo.like(uniforms, draw.rate));
  return hlo.select(isKept, hlo.like(uniforms, 1 / (1 - draw.rate)), hlo.like(uniforms, 0));
}

/** What the noise of one draw depends on. */
export interface NoisePlace {
  readonly key: Tensor;
  readonly step: Tensor;
  readonly index: number;
}

/** A 64-bit constant, the product of two. */
const uint64 = (index: number, factor: bigint) =>
  `stablehlo.constant dense<${BigInt.asUintN(64, BigInt(index) * factor)}> : tensor<ui64>`;

/** Words of 32 random bits. */
function randomBits(hlo: Emitter, state: Tensor, count: number): Tensor {
  const bits = { shape: [count], type: 'ui32' as const };
  const [, made] = hlo.lineOfMany(
    [state, bits],
    `stablehlo.rng_bit_generator ${state.name}, algorithm = PHILOX : ${signature([state], [state, bits])}`,
  );
  return made!;
}

/** The upper 24 bits as a number in [0, 1). */
function uniform(hlo: Emitter, bits: Tensor): Tensor {
  const upper = hlo.elementwise('shift_right_logical', bits, hlo.like(bits, 8));
  const whole = hlo.convert(hlo.convert(upper, 'i32'), 'f32');
  return hlo.elementwise('multiply', whole, hlo.like(whole, 2 ** -24));
}

/** Box and Muller's pairs, of which one each is taken: √(−2 ln(1 − u)) cos 2πv. */
function normal(hlo: Emitter, bits: Tensor, size: number): Tensor {
  const uniforms = uniform(hlo, bits);
  const [u, v] = [hlo.slice(uniforms, [0], [size]), hlo.slice(uniforms, [size], [2 * size])];
  const log = hlo.elementwise('log_plus_one', hlo.elementwise('negate', u));
  const radius = hlo.elementwise('sqrt', hlo.elementwise('multiply', log, hlo.like(log, -2)));
  const angle = hlo.elementwise('multiply', v, hlo.like(v, 2 * Math.PI));
  return hlo.elementwise('multiply', radius, hlo.elementwise('cosine', angle));
}
