import { LamoError } from '@lamo/data';

/** Ctrl-C, and the polite way in which schedulers stop a process. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof EXIT_CODES;

const CODE = 'interrupted';

/** Listens for Ctrl-C until `stop` is called. */
export interface Interrupt {
  /** Aborted by the first Ctrl-C, with an error that {@link exitCodeOf} knows. */
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Starts to listen for Ctrl-C. The first one aborts the signal, so that work can end in good order; the second one
 * ends the process at once.
 *
 * @param announce called at the first one
 */
export function listenForInterrupt(announce: () => void): Interrupt {
  const controller = new AbortController();
  const names = Object.keys(EXIT_CODES) as StopSignal[];
  const onSignal = (name: StopSignal) => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[name]);
    controller.abort(new LamoError({ where: 'cli', code: CODE, problem: 'Interrupted', cause: name }));
    announce();
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

/** Runs work that Ctrl-C may stop, and stops listening when it is over. */
export async function interruptible<T>(
  announce: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupt = listenForInterrupt(announce);
  try {
    return await work(interrupt.signal);
  } finally {
    interrupt.stop();
  }
}

/** The exit code of an error that came from Ctrl-C; undefined for any other. */
export function exitCodeOf(error: unknown): number | undefined {
  if (!LamoError.isInstance(error) || error.code !== CODE) return undefined;
  return EXIT_CODES[error.cause as StopSignal];
}
