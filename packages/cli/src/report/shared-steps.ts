/** A line of a file of a run that says what was found at a step. */
interface Line {
  readonly step: number;
}

/** Steps at which all runs have a line that have any, ascending. @param runs the lines of each */
export function sharedSteps(runs: readonly (readonly Line[])[]): number[] {
  const measured = runs.filter((lines) => lines.length > 0);
  const steps = new Set(measured.flatMap((lines) => lines.map(({ step }) => step)));
  return [...steps]
    .filter((step) => linesAt(measured, step).length === measured.length)
    .sort((a, b) => a - b);
}

/** The lines of a step, at most one of each run. */
export function linesAt<T extends Line>(runs: readonly (readonly T[])[], step: number): T[] {
  return runs.flatMap((lines) => lines.find((line) => line.step === step) ?? []);
}
