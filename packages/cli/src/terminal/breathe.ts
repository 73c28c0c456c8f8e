import { setImmediate } from 'node:timers/promises';

const LONGEST_SILENCE = 50;

/**
 * Makes a function that lets timers and signals in when it was not called, and they were not let in, for a while.
 * Devices that compute within one turn of the event loop would keep Ctrl-C waiting for ever.
 */
export function breathing(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < LONGEST_SILENCE) return undefined;
    last = now;
    return setImmediate();
  };
}
