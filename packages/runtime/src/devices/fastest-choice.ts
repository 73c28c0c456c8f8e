/** Every so often a choice that was slower is tried again: the machine may be less busy now. */
const TRY_AGAIN = 100;
/** Work that takes longer than this is left to the first choice: trying the others would cost more than they bring. */
const WORTH_CHOOSING_MS = 60;
/** Weight of the latest measurement in the running mean. */
const NEWEST = 0.3;

/**
 * Chooses between ways to do the same work, by how long each took lately. The number of cores says little about
 * how many of them are free, and that changes while a training runs.
 */
export class FastestChoice {
  /** Running mean of milliseconds; undefined before the first measurement. */
  readonly #means: (number | undefined)[];
  #calls = 0;

  constructor(choices: number) {
    this.#means = Array(choices).fill(undefined);
  }

  /** Says which choice to take now. */
  next(): number {
    this.#calls += 1;
    if ((this.#means[0] ?? 0) > WORTH_CHOOSING_MS) return 0;
    const untried = this.#means.indexOf(undefined);
    if (untried !== -1) return untried;
    const fastest = this.#means.indexOf(Math.min(...(this.#means as number[])));
    if (this.#means.length === 1 || this.#calls % TRY_AGAIN !== 0) return fastest;
    const others = [...this.#means.keys()].filter((choice) => choice !== fastest);
    return others[(this.#calls / TRY_AGAIN) % others.length]!;
  }

  /** Tells how long a choice took. */
  record(choice: number, milliseconds: number): void {
    const mean = this.#means[choice];
    this.#means[choice] = mean === undefined ? milliseconds : mean + NEWEST * (milliseconds - mean);
  }
}
