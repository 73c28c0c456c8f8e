/** One small fault of the kind that people make. */
export interface Mutant {
  /** What the fault is, in words; with the file it names the mutant. */
  readonly fault: string;
  readonly file: string;
  /** Text of the file, and what stands there instead. */
  readonly from: string;
  readonly to: string;
  /** Which of several places with that text. */
  readonly occurrence: number;
  /** Parts of paths of the test files that ought to notice. */
  readonly tests: readonly string[];
}

/** A fault: what it is, the text, what stands there instead, and which place if there are several. */
export type Fault = readonly [fault: string, from: string, to: string, occurrence?: number];

/** Makes the mutants of one file. */
export function mutate(file: string, tests: readonly string[], faults: readonly Fault[]): Mutant[] {
  return faults.map(([fault, from, to, occurrence = 1]) => ({ fault, file, from, to, occurrence, tests }));
}

/** The name of a mutant in results: equal for equal faults. */
export const nameOf = ({ file, fault }: Mutant) =>
  `${file.replace(/^packages\/|src\/|\.ts$/g, '')}: ${fault}`;

/** Puts the fault into the text of its file; undefined if the text is no longer there. */
export function applyMutant({ from, to, occurrence }: Mutant, source: string): string | undefined {
  const parts = source.split(from);
  if (parts.length <= occurrence) return undefined;
  return `${parts.slice(0, occurrence).join(from)}${to}${parts.slice(occurrence).join(from)}`;
}
