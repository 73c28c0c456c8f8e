import type { TimingRecord } from '../run/records';
import { formatDuration } from '../terminal/format';
import type { RunRecord } from './run-record';

/** The last step that a run has recorded. */
export function stepsOf({ timing, metrics, evaluations, perplexities, estimates }: RunRecord): number {
  return lastStep([...timing, ...metrics, ...evaluations, ...perplexities, ...estimates]);
}

/** Gradient steps that runs took in a second of training; undefined if none of them says how long it took. */
export function stepsPerSecondOf(runs: readonly RunRecord[]): number | undefined {
  const steps = runs.map(({ timing }) => lastStep(timing.filter(({ activity }) => activity === 'training')));
  const seconds = runs.map((run) => secondsOf(run, 'training'));
  const rate = sum(steps) / sum(seconds);
  return rate > 0 && Number.isFinite(rate) ? rate : undefined;
}

/** Seconds that a run spent on an activity. */
export function secondsOf({ timing }: RunRecord, activity: TimingRecord['activity']): number {
  return timing.reduce((sum, line) => (line.activity === activity ? sum + line.seconds : sum), 0);
}

/** What a run says it spent on an activity: `13 min 2 s`, or `–` if it says nothing of it. */
export function durationOf(run: RunRecord, activity: TimingRecord['activity']): string {
  return isTimed(run, activity) ? formatDuration(secondsOf(run, activity)) : '–';
}

/** Tells whether a run says how long an activity took. */
export function isTimed({ timing }: RunRecord, activity: TimingRecord['activity']): boolean {
  return timing.some((line) => line.activity === activity);
}

function lastStep(lines: readonly { readonly step: number }[]): number {
  return lines.reduce((most, { step }) => Math.max(most, step), 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
