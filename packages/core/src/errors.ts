/** What went wrong, as data: every error a user can meet says where, expected, received and what to do. */
export interface LamoErrorDetails {
  /** Package and, if it helps, the part of it: `data/hdf5`, `eval/hopper`. */
  readonly where: string;
  /** Stable identifier for programs: `missing-key`, `length-mismatch`. */
  readonly code: string;
  /** One sentence that says what is wrong, without a full stop. */
  readonly problem: string;
  /** What the value must be: `a positive integer`. */
  readonly expected?: string;
  /** What it was instead: `-1`. */
  readonly received?: string;
  /** What the user can do about it. */
  readonly hint?: string;
  /** The error of a lower layer that led to this one. */
  readonly cause?: unknown;
}

const MARK = Symbol.for('@lamo/error');

/** The one error class of all packages. */
export class LamoError extends Error {
  /** Package and part: {@link LamoErrorDetails.where}. */
  readonly where: string;
  /** Stable identifier for programs: {@link LamoErrorDetails.code}. */
  readonly code: string;
  /** What is wrong: {@link LamoErrorDetails.problem}. */
  readonly problem: string;
  /** What the value must be, if that can be said. */
  readonly expected: string | undefined;
  /** What the value was, if there is one. */
  readonly received: string | undefined;
  /** What to do about it, if that can be said. */
  readonly hint: string | undefined;
  /** Identifies errors from any copy of this package: {@link LamoError.isInstance}. */
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
  const sentences = [`[lamo/${where}] ${ended(problem)}`];
  if (facts.length > 0) sentences.push(ended(facts.join(', ').replace(/^received/, 'Received')));
  if (hint !== undefined) sentences.push(hint);
  return sentences.join(' ');
}

/** What libraries say may have its full stop already. */
const ended = (sentence: string) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);
