/** Measures how long things take. */
export interface Stopwatch {
  /** Seconds since the start or the last call, whichever came later. */
  lap(): number;
}

/** Starts a stopwatch. */
export function startStopwatch(): Stopwatch {
  let start = performance.now();
  return {
    lap() {
      const now = performance.now();
      const seconds = (now - start) / 1000;
      start = now;
      return seconds;
    },
  };
}
