import { LamoError } from '@lamo/core';
import type { NoiseSource } from '../compile/program';
import type { NoiseDraw } from '../compile/trace-program';
import { sizeOf } from '../tree';

/** A noise draw and the array that it is filled into. */
export interface NoiseBuffer extends NoiseDraw {
  readonly data: Float32Array;
}

/** Makes an array for every draw of a step. */
export function noiseBuffers(draws: readonly NoiseDraw[]): NoiseBuffer[] {
  return draws.map((draw) => ({ ...draw, data: new Float32Array(sizeOf(draw.shape)) }));
}

/** Draws a step's noise, in the order in which the step asks for it. @throws LamoError `missing-noise` */
export function fillNoise(buffers: readonly NoiseBuffer[], source: NoiseSource | undefined): void {
  if (buffers.length === 0) return;
  if (source === undefined) throw missingNoise();
  for (const { kind, data, rate } of buffers) {
    if (kind === 'normal') source.fillNormal(data);
    else if (kind === 'uniform') source.fillUniform(data);
    else source.fillDropout(data, rate);
  }
}

/** The error of a step that draws noise without a source. */
export function missingNoise(): LamoError {
  return new LamoError({
    where: 'runtime/devices',
    code: 'missing-noise',
    problem: 'The step draws noise, but `run` was called without a source of it',
    hint: 'Pass a seeded Rng as the second argument of `run`.',
  });
}
