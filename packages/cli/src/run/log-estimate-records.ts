import { estimators, type LogEstimate, type Verdict } from '@lamo/eval';
import { z } from 'zod';
import { withFileLock } from './file-lock';
import { appendJsonLine, checkAppendable, type JsonLines, readJsonLines } from './json-lines';
import type { RunFolder } from './run-folder';

/** What an estimate was made from, and how: those of two policies can be compared if this is the same. */
export interface EstimateBasis {
  /** Name and SHA-256 of the log. */
  readonly log: { readonly name: string; readonly hash: string };
  /** Discount of future rewards. */
  readonly discount: number;
  /** Draws samples, networks and folds. */
  readonly seed: number;
  /** Where probabilities of whoever acted are from; null where they are not needed. */
  readonly behaviour: 'logged' | 'fitted' | null;
  /** What is taken for the probabilities of the policy; null where they are not needed. */
  readonly probabilities: 'deployed' | 'softmax' | null;
  /** Width of the spread around amounts, in deviations of whoever acted; null where there is none. */
  readonly bandwidth: number | null;
  /** How FQE was trained; null where it is not needed. */
  readonly fqe: { readonly steps: number; readonly networks: number; readonly hiddenSize: number } | null;
}

/** A line of `log-estimates.jsonl`: what the policy of a run is worth by a log, by one estimator. */
export interface LogEstimateRecord extends LogEstimate {
  /** Gradient steps that the policy had been trained for. */
  readonly step: number;
  /** SHA-256 of the policy as a file. */
  readonly policy: string;
  /** Whether the policy learned from the log that judges it. */
  readonly learnedFrom: boolean;
  /** Why it is not usable, where networks are at fault; left out if they are not. */
  readonly fault?: string;
  readonly basis: EstimateBasis;
}

const interval = z.looseObject({ low: z.number(), high: z.number() }).nullable();
const verdicts: readonly Verdict[] = ['better', 'worse', 'undecided', 'unusable'];

const logEstimateRecord: z.ZodType<LogEstimateRecord> = z.looseObject({
  estimator: z.literal(estimators.map(({ name }) => name)),
  value: z.number().nullable(),
  interval,
  episodes: z.int().positive(),
  effectiveEpisodes: z.number().min(0).nullable(),
  meanWeight: z.number().min(0).nullable(),
  slack: z.number().min(0),
  logged: z.number(),
  difference: interval,
  verdict: z.enum(verdicts as readonly [Verdict]),
  draws: z.array(z.number()),
  step: z.int().min(0),
  policy: z.string().min(1),
  learnedFrom: z.boolean(),
  fault: z.string().exactOptional(),
  basis: z.looseObject({
    log: z.looseObject({ name: z.string(), hash: z.string().min(1) }),
    discount: z.number().min(0).max(1),
    seed: z.int(),
    behaviour: z.enum(['logged', 'fitted']).nullable(),
    probabilities: z.enum(['deployed', 'softmax']).nullable(),
    bandwidth: z.number().positive().nullable(),
    fqe: z
      .looseObject({
        steps: z.int().positive(),
        networks: z.int().positive(),
        hiddenSize: z.int().positive(),
      })
      .nullable(),
  }),
});

const linesOf = ({ logEstimates }: RunFolder): JsonLines<LogEstimateRecord> => ({
  path: logEstimates,
  schema: logEstimateRecord,
  kind: 'an estimate from a log',
});

/** Reads what a run's policy is worth by logs, in the order in which it was estimated. @throws LamoError `damaged-file` */
export function readLogEstimates(folder: RunFolder): LogEstimateRecord[] {
  return readJsonLines(linesOf(folder));
}

/** Checks, before anything is computed for it, that an estimate can be added to a run. @throws LamoError `not-writable`, `damaged-file` */
export function checkLogEstimates(folder: RunFolder): void {
  checkAppendable(linesOf(folder));
}

/** Digits that samples are kept with: chance is in the second one already. */
const DIGITS = 6;

/** Keeps an estimate, whole or not at all, also while others do. @throws LamoError `disk-full`, `not-writable` */
export function appendLogEstimate(folder: RunFolder, record: LogEstimateRecord): void {
  const draws = record.draws.map((draw) => Number(draw.toPrecision(DIGITS)));
  withFileLock(`${folder.logEstimates}.lock`, () => appendJsonLine(linesOf(folder), { ...record, draws }));
}

/** What tells whether an estimate is there already: policy, estimator, and what it was made from. */
export function estimateKey(record: Pick<LogEstimateRecord, 'estimator' | 'policy' | 'basis'>): string {
  return `${record.policy} ${comparisonKey(record)}`;
}

/** What estimates have in common that can be compared. */
export function comparisonKey({ estimator, basis }: Pick<LogEstimateRecord, 'estimator' | 'basis'>): string {
  const { log, discount, seed, behaviour, probabilities, bandwidth, fqe } = basis;
  const networks = [fqe?.steps, fqe?.networks, fqe?.hiddenSize];
  return JSON.stringify([
    estimator,
    log.hash,
    discount,
    seed,
    behaviour,
    probabilities,
    bandwidth,
    ...networks,
  ]);
}
