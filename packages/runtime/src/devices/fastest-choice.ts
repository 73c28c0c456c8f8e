/** Runs in a trial. The first ones start threads and fill caches, so a choice is judged by its fastest run. */
const TRIAL = 4;
/** Runs until slower choices are tried again: soon after the favourite changed, then less and less often. */
const PATIENCE = { first: 16, last: 256 };
/** Work that takes longer than this stays with the first choice: trying the others would cost more than it gains. */
const WORTH_CHOOSING_MS = 100;

/**
 * Chooses between ways to do the same work by how long each took recently. The number of cores says little about
 * how many of them are free, and that changes during training.
 */
export class FastestChoice {
  /** The last {@link TRIAL} times of each choice in milliseconds. */
  readonly #times: number[][];
  /** The choices to try now, each as often as it is listed. */
  #trials: number[];
  #favourite = 0;
  #patience = PATIENCE.first;
  #runsLeft = PATIENCE.first;

  constructor(choices: number) {
    this.#times = Array.from({ length: choices }, () => []);
    this.#trials = [...this.#times.keys()].flatMap((choice) => Array<number>(TRIAL).fill(choice));
  }

  /** Says which choice to take now. */
  next(): number {
    if (this.#times.length === 1 || (this.#times[0]![0] ?? 0) > WORTH_CHOOSING_MS) return 0;
    const trial = this.#trials.shift();
    if (trial !== undefined) return trial;
    this.#chooseFavourite();
    this.#runsLeft -= 1;
    if (this.#runsLeft === 0) this.#tryAgain();
    return this.#favourite;
  }

  /** Tells how long a choice took. */
  record(choice: number, milliseconds: number): void {
    const times = this.#times[choice]!;
    times.push(milliseconds);
    if (times.length > TRIAL) times.shift();
  }

  #chooseFavourite(): void {
    const best = this.#times.map((times) => Math.min(...times));
    const fastest = best.indexOf(Math.min(...best));
    if (fastest === this.#favourite) return;
    this.#favourite = fastest;
    this.#patience = PATIENCE.first;
    this.#runsLeft = PATIENCE.first;
  }

  #tryAgain(): void {
    const others = [...this.#times.keys()].filter((choice) => choice !== this.#favourite);
    this.#trials = others.flatMap((choice) => Array<number>(TRIAL).fill(choice));
    this.#patience = Math.min(2 * this.#patience, PATIENCE.last);
    this.#runsLeft = this.#patience;
  }
}
