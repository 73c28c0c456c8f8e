/** What went wrong, as data: every error a user can meet says where, expected, received and what to do. */
export interface LamoErrorDetails {
  /** Package and, if it helps, the part of it: `data/hdf5`, `eval/hopper`. */
  readonly where: string;
  /** Stable identifier for programs: `missing-key`, `length-mismatch`. */
  readonly code: string;
  /** One sentence that says what is wrong, without a full stop. */
  readonly problem: string;
  readonly expected?: string;
  readonly received?: string;
  /** What the user can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const MARK = Symbol.for('@lamo/error');

/** The one error class of the packages that stand on `@lamo/data`. */
export class LamoError extends Error {
  readonly where: string;
  readonly code: string;
  readonly problem: string;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly hint: string | undefined;
  readonly [MARK] = true;

  constructor(details: LamoErrorDetails) {
    super(formatMessage(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LamoError';
    this.where = details.where;
    this.code = details.code;
    this.problem = details.problem;
    this.expected = details.expected;
    this.received = details.received;
    this.hint = details.hint;
  }

  /** True for a `LamoError` of any copy of this package, so that duplicate installations agree. */
  static isInstance(error: unknown): error is LamoError {
    return typeof error === 'object' && error !== null && MARK in error;
  }
}

function formatMessage({ where, problem, expected, received, hint }: LamoErrorDetails): string {
  const facts = [
    expected === undefined ? undefined : `Expected ${expected}`,
    received === undefined ? undefined : `received ${received}`,
  ].filter((fact) => fact !== undefined);
  const sentences = [`[lamo/${where}] ${problem}.`];
  if (facts.length > 0) sentences.push(`${facts.join(', ').replace(/^received/, 'Received')}.`);
  if (hint !== undefined) sentences.push(hint);
  return sentences.join(' ');
}
