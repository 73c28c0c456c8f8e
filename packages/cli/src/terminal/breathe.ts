import { setImmediate } from 'node:timers/promises';

const LONGEST_SILENCE = 50;

/**
 * Creates a function that lets timers and signals run if they have not had a chance to for a while.
 * Devices that compute within one turn of the event loop would otherwise block Ctrl-C forever.
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
