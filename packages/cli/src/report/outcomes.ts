import type { RunRecord } from './run-record';

/** Evaluations that a run makes on its way, or those that were asked for by `lamo evaluate`. */
export type Origin = 'training' | 'later';

/** What a policy of one step reached with one target return: every start once, whichever evaluation played it. */
export interface Outcome {
  readonly step: number;
  readonly targetReturn: number | null;
  readonly returns: readonly number[];
}

/**
 * What a run reached in an environment, by step. Evaluations that were repeated are not chosen from: their episodes count
 * together, and those from the same start once.
 */
export function outcomesOf({ evaluations }: RunRecord, environment: string, origin: Origin): Outcome[] {
  const played = new Map<
    string,
    { step: number; targetReturn: number | null; byStart: Map<number, number> }
  >();
  for (const { step, targetReturn, inTraining, returns, seeds, ...rest } of evaluations) {
    if (rest.environment !== environment || inTraining !== (origin === 'training')) continue;
    const key = `${step} ${targetReturn}`;
    const outcome = played.get(key) ?? { step, targetReturn, byStart: new Map() };
    returns.forEach((value, i) => {
      if (!outcome.byStart.has(seeds[i]!)) outcome.byStart.set(seeds[i]!, value);
    });
    played.set(key, outcome);
  }
  return [...played.values()]
    .map(({ byStart, ...outcome }) => ({ ...outcome, returns: [...byStart.values()] }))
    .sort((a, b) => a.step - b.step);
}

/**
 * The last step that all of the runs that were evaluated in an environment share; the last one of any if they share none.
 * Undefined if there was no evaluation of this kind.
 */
export function lastSharedStep(
  runs: readonly RunRecord[],
  environment: string,
  origin: Origin,
): number | undefined {
  const steps = runs
    .map((run) => new Set(outcomesOf(run, environment, origin).map(({ step }) => step)))
    .filter(({ size }) => size > 0);
  const all = [...new Set(steps.flatMap((set) => [...set]))];
  const shared = all.filter((step) => steps.every((set) => set.has(step)));
  const candidates = shared.length > 0 ? shared : all;
  return candidates.length === 0 ? undefined : Math.max(...candidates);
}

/** What a run reached at a step, one outcome for each target return. */
export function outcomesAt(run: RunRecord, environment: string, origin: Origin, step: number): Outcome[] {
  return outcomesOf(run, environment, origin).filter((outcome) => outcome.step === step);
}
