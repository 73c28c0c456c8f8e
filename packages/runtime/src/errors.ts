/** Says what went wrong inside the runtime. Same shape as `LamoError` of `@lamo/data`, which this package does not need. */
export interface RuntimeErrorDetails {
  /** Part of the runtime: `trace`, `devices/cuda`, `checkpoint`. */
  readonly where: string;
  /** Stable identifier for programs: `unsupported-kernel`, `value-read`. */
  readonly code: string;
  /** One sentence that says what is wrong, without a full stop. */
  readonly problem: string;
  readonly expected?: string;
  readonly received?: string;
  /** What the user can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const MARK: unique symbol = Symbol.for('@lamo/error');

/** The error class of `@lamo/runtime`. `LamoError.isInstance` of `@lamo/data` recognises it by its marker. */
export class RuntimeError extends Error {
  readonly where: string;
  readonly code: string;
  readonly problem: string;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly hint: string | undefined;
  readonly [MARK] = true;

  constructor(details: RuntimeErrorDetails) {
    const { where, problem, expected, received, hint } = details;
    const facts = [
      ...(expected === undefined ? [] : [`Expected ${expected}.`]),
      ...(received === undefined ? [] : [`Received ${received}.`]),
      ...(hint === undefined ? [] : [hint]),
    ];
    super([`[lamo/runtime/${where}] ${problem}.`, ...facts].join(' '), { cause: details.cause });
    this.name = 'RuntimeError';
    this.where = where;
    this.code = details.code;
    this.problem = problem;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
  }
}
