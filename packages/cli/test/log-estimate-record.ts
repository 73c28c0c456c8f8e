import type { LogEstimateRecord } from '../src/run/log-estimate-records';

/** An estimate whose samples lie around its value. */
export function logEstimateRecord(value: number, parts: Partial<LogEstimateRecord> = {}): LogEstimateRecord {
  return {
    ...{ estimator: 'wis', value, interval: { low: value - 1, high: value + 1 }, episodes: 50 },
    ...{
      effectiveEpisodes: 21,
      meanWeight: null,
      slack: 0,
      logged: 5,
      difference: { low: value - 6, high: value - 4 },
    },
    ...{ verdict: value > 6 ? 'better' : value < 4 ? 'worse' : 'undecided', step: 200, policy: `p${value}` },
    ...{ draws: [value - 1, value, value + 1], learnedFrom: false },
    basis: {
      ...{ log: { name: 'shop', hash: 'abc' }, discount: 0.9, seed: 0, behaviour: 'logged' },
      ...{ probabilities: 'deployed', bandwidth: null, fqe: null },
    },
    ...parts,
  };
}
