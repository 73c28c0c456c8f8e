import type { EventEmitter } from 'node:events';
import { LamoError } from '@lamo/core';
import { hasParent } from './parent-process';

/** Ctrl-C, the signal that schedulers use to stop a process, and a closed terminal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type StopSignal = keyof typeof EXIT_CODES;

const CODE = 'interrupted';

/** Listens for Ctrl-C until `stop` is called. */
export interface Interrupt {
  /** Aborted by the first Ctrl-C, with an error that {@link exitCodeOf} knows. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Starts to listen for Ctrl-C and similar signals. The first one aborts the signal, so that work can end cleanly; a second
 * Ctrl-C, or a second request from a scheduler, ends the process at once. A closed terminal may be reported several times, by
 * the system and by its shell, so it never does. A process with a parent leaves Ctrl-C to it, and stops when the parent disconnects or ends.
 *
 * @param announce called at the first one
 */
export function listenForInterrupt(announce: () => void): Interrupt {
  const controller = new AbortController();
  let first: StopSignal | undefined;
  const stopBy = (name: StopSignal) => () => {
    if (first !== undefined) {
      if (name === 'SIGINT' || (name === 'SIGTERM' && first === name)) endAtOnce(name);
      return;
    }
    first = name;
    controller.abort(new LamoError({ where: 'cli', code: CODE, problem: 'Interrupted', cause: name }));
    announce();
  };
  const listeners = hasParent()
    ? { SIGINT: () => {}, SIGHUP: () => {}, SIGTERM: stopBy('SIGTERM'), disconnect: stopBy('SIGINT') }
    : { SIGINT: stopBy('SIGINT'), SIGHUP: stopBy('SIGHUP'), SIGTERM: stopBy('SIGTERM') };
  const events: EventEmitter = process;
  for (const [event, listener] of Object.entries(listeners)) events.on(event, listener);
  if (hasParent() && !process.connected) stopBy('SIGINT')();
  return {
    signal: controller.signal,
    stop: () => {
      for (const [event, listener] of Object.entries(listeners)) events.off(event, listener);
    },
  };
}

/** Ends the process by the signal itself: `process.exit` would wait for other threads, such as one that compiles for minutes. */
function endAtOnce(name: StopSignal): void {
  // Whoever ends other processes with this one listens for it.
  process.emit('exit', EXIT_CODES[name]);
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}

/** Runs work that Ctrl-C may stop, and stops listening afterwards. */
export async function interruptible<T>(
  announce: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = listenForInterrupt(announce);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    // Some functions of Node throw an error without the reason when their signal is aborted.
    if (interrupt.signal.aborted && (error as Error)?.name === 'AbortError') throw interrupt.signal.reason;
    throw error;
  } finally {
    interrupt.stop();
  }
}

/** Adds to an error from Ctrl-C how far the work got and how to continue; leaves any other unchanged. */
export function explainInterruption(error: unknown, problem: string, hint: string): unknown {
  if (exitCodeOf(error) === undefined) return error;
  return new LamoError({ where: 'cli', code: CODE, problem, hint, cause: (error as LamoError).cause });
}

/** The exit code of an error that came from Ctrl-C; undefined for any other. */
export function exitCodeOf(error: unknown): number | undefined {
  if (!LamoError.isInstance(error) || error.code !== CODE) return undefined;
  return EXIT_CODES[error.cause as StopSignal];
}
