import { mean } from '@lamo/eval';
import type { PerplexityRecord } from '../language/perplexity-records';
import type { RunGroup } from './run-group';
import { stepsPerSecondOf } from './run-times';
import { linesAt, sharedSteps } from './shared-steps';

/** How well the language models of a group predict what was held out, at the last step of which all its runs have a snapshot. */
export interface ModelResult {
  readonly group: RunGroup;
  readonly step: number;
  /** Mean over the runs, in nats per token. */
  readonly loss: number;
  /** exp(loss) */
  readonly perplexity: number;
  /** The same before the first step, if there is a snapshot of it. */
  readonly before: number | undefined;
  /** Tokens that were predicted. */
  readonly tokens: number;
  /** Undefined if no run says how long it took. */
  readonly stepsPerSecond: number | undefined;
}

/** Sums up the language models of a group; undefined if no run has a snapshot. */
export function modelResult(group: RunGroup): ModelResult | undefined {
  const measured = snapshotsOf(group).filter((snapshots) => snapshots.length > 0);
  const step = sharedSteps(measured).at(-1);
  if (step === undefined) return undefined;
  const records = linesAt(measured, step);
  const first = linesAt(measured, 0);
  const loss = meanLoss(records);
  return {
    group,
    step,
    loss,
    perplexity: Math.exp(loss),
    before: first.length === measured.length ? Math.exp(meanLoss(first)) : undefined,
    tokens: records[0]!.tokens,
    stepsPerSecond: stepsPerSecondOf(group.runs),
  };
}

/** The snapshots of each run of a group. */
export function snapshotsOf({ runs }: Pick<RunGroup, 'runs'>): (readonly PerplexityRecord[])[] {
  return runs.map(({ perplexities }) => perplexities);
}

/** In nats per token. */
export function meanLoss(records: readonly PerplexityRecord[]): number {
  return mean(records.map(({ loss }) => loss));
}
