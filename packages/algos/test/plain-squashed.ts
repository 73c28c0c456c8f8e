import { forward, type PlainArray, type PlainNetwork, row, sum } from './plain';

/** CQL's policy in double precision. */
export interface Actor {
  readonly network: PlainNetwork;
  readonly multiplier: PlainArray;
  readonly offset: PlainArray;
}

/** An action and how likely it was. */
export interface Sample {
  readonly action: readonly number[];
  readonly logDensity: number;
}

/** A Gaussian before tanh. */
export interface Gaussian {
  readonly means: readonly number[];
  readonly sigmas: readonly number[];
}

/** π(·|s), log σ a multiple of the network’s output plus an offset, within its limits. */
export function policy({ network, multiplier, offset }: Actor, observation: readonly number[]): Gaussian {
  const outputs = forward(network, observation);
  const spread = (raw: number) => multiplier.data[0]! * raw + offset.data[0]!;
  const sigmas = outputs.slice(2).map((raw) => Math.exp(Math.min(2, Math.max(-20, spread(raw)))));
  return { means: outputs.slice(0, 2), sigmas };
}

/** log π(a|s) of tanh u: log(1 − tanh² u) is written so that it is exact where tanh u is all but 1. */
export function logDensityOf({ means, sigmas }: Gaussian, unsquashed: readonly number[]): number {
  const parts = unsquashed.map((u, j) => {
    const density =
      -(((u - means[j]!) / sigmas[j]!) ** 2) / 2 - Math.log(sigmas[j]! * Math.sqrt(2 * Math.PI));
    const slope = 2 * (Math.log(2) - Math.abs(u) - Math.log1p(Math.exp(-2 * Math.abs(u))));
    return density - slope;
  });
  return sum(parts);
}

/** An action from its draw. */
export function sample(gaussian: Gaussian, normal: readonly number[]): Sample {
  const unsquashed = normal.map((xi, j) => gaussian.means[j]! + gaussian.sigmas[j]! * xi);
  return { action: unsquashed.map(Math.tanh), logDensity: logDensityOf(gaussian, unsquashed) };
}

/** Several actions of one state, from the draws of all. */
export function samples(gaussian: Gaussian, draws: readonly number[], i: number): Sample[] {
  const own = row(draws, i, draws.length / 4);
  return Array.from({ length: own.length / 2 }, (_, k) => sample(gaussian, row(own, k)));
}
