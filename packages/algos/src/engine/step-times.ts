/** Steps that are measured before it is decided. The first ones start threads and fill caches. */
const MEASURED = 8;
/** A step that takes longer than this gains nothing from being joined to others. */
const SHORT_MS = 20;
/** What remains must take longer than this: compiling a block takes about a second. */
const WORTH_COMPILING_MS = 10_000;

/** How long the first steps took, and whether several of them should be compiled into one graph. */
export class StepTimes {
  readonly #times: number[] = [];

  /** Whether enough steps were measured to decide. */
  get areMeasured(): boolean {
    return this.#times.length === MEASURED;
  }

  /** Tells how long a step took, in milliseconds. */
  add(milliseconds: number): void {
    if (!this.areMeasured) this.#times.push(milliseconds);
  }

  /** Tells whether blocks are worth compiling. @param remaining steps still to take */
  areWorthJoining(remaining: number): boolean {
    const quickest = Math.min(...this.#times);
    return quickest < SHORT_MS && quickest * remaining > WORTH_COMPILING_MS;
  }
}
