import type { Role } from './log-columns';

/** Columns that say what was decided, how, and what it earned. */
const DECISIONS: readonly Role[] = ['action', 'reward', 'probability'];

/** Columns that a dataset can do without. */
const OPTIONAL: readonly Role[] = ['observation', 'nextObservation', 'info', 'probability'];

/** Tells whether a column says what was decided and earned: whatever stood in for it would be made up. */
export function isOfDecision(role: Role): boolean {
  return DECISIONS.includes(role);
}

/** What to do about a column whose values cannot be read. @param otherwise what helps if it stays, as a clause */
export function mend(role: Role, otherwise: string): string {
  return OPTIONAL.includes(role)
    ? `Leave the column out, or ${otherwise}.`
    : `${otherwise[0]!.toUpperCase()}${otherwise.slice(1)}.`;
}
