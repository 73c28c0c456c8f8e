import { type JudgedLog, Rng } from '@lamo/core';
import type { Draw } from './estimator';

/** The log itself as a sample: every episode once, no network moved. */
export function wholeLog(log: JudgedLog): Draw {
  const networks = log.networks?.logged.length ?? 0;
  return {
    counts: new Uint32Array(log.episodeEnds.length).fill(1),
    moves: new Float64Array(networks),
  };
}

/**
 * Draws samples of a log: as many episodes as it has, with replacement, and moves of K networks whose spread is that of the networks
 * themselves, by Student's t with K − 1 degrees of freedom. The same seed gives the same samples for every policy, so that two
 * policies are compared on the same episodes.
 *
 * @returns one sample after the other, valid until the next one
 */
export function* drawSamples(log: JudgedLog, resamples: number, seed: number): Generator<Draw> {
  const rng = Rng.fromSeed(seed).split('estimates');
  const [episodes, networks] = [rng.split('episodes'), rng.split('networks')];
  const draw = wholeLog(log);
  const [counts, moves] = [draw.counts as Uint32Array, draw.moves as Float64Array];
  for (let i = 0; i < resamples; i++) {
    counts.fill(0);
    for (let e = 0; e < counts.length; e++) counts[episodes.integer(counts.length)]! += 1;
    drawMoves(moves, networks);
    yield draw;
  }
}

/** m_k = g_k / √χ² makes Σ m_k (V_k − V̄) the standard deviation of the V_k, times t with K − 1 degrees of freedom. */
function drawMoves(moves: Float64Array, rng: Rng): void {
  if (moves.length < 2) return;
  let squares = 0;
  for (let k = 1; k < moves.length; k++) squares += rng.normal() ** 2;
  for (let k = 0; k < moves.length; k++) moves[k] = rng.normal() / Math.sqrt(squares);
}
