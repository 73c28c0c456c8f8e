import { setTimeout as pause } from 'node:timers/promises';
import { LamoError } from '../errors';
import type { HubSettings } from './hub-settings';

/** Longest wait in seconds that a server may ask for; the hub counts requests in windows of five minutes. */
const LONGEST_WAIT = 300;

/** A failure that another attempt may not meet: a cut connection, a busy server. */
export class Interruption extends Error {
  constructor(
    readonly code: 'unreachable' | 'rate-limited' | 'wrong-length',
    readonly reason: string,
    readonly options: { readonly cause?: unknown; readonly waitSeconds?: number | undefined } = {},
  ) {
    super(reason, { cause: options.cause });
  }
}

/** One request. */
export interface HubRequest<T> {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** @default follow; Node does not send the token on to another host */
  readonly redirect?: 'follow' | 'manual';
  /** Takes what it needs from the response; calls `alive` whenever bytes arrive. */
  readonly read: (response: Response, alive: () => void) => T | Promise<T>;
}

/**
 * Sends one request once.
 * @throws Interruption where it makes sense to try again, whatever `read` throws, or the reason of an abort
 */
export async function request<T>(settings: HubSettings, { url, read, ...init }: HubRequest<T>): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), settings.timeout);
  const { signal, token } = settings;
  try {
    const response = await settings.fetch(url, {
      ...init,
      // A compressed body would have another length and another hash.
      headers: {
        ...init.headers,
        'accept-encoding': 'identity',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.any([silence.signal, ...(signal === undefined ? [] : [signal])]),
    });
    timer.refresh();
    checkBusy(response);
    return await read(response, () => timer.refresh());
  } catch (error) {
    if (error instanceof Interruption || LamoError.isInstance(error)) throw error;
    signal?.throwIfAborted();
    const reason = silence.signal.aborted ? `no byte in ${settings.timeout / 1000} s` : explain(error);
    throw new Interruption('unreachable', reason, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Repeats an attempt after interruptions, waiting longer each time, or as long as the server asks.
 *
 * @param progress a number that grows while attempts get further; whoever gets further has not failed
 * @throws LamoError `unreachable`, `rate-limited`, `wrong-length` after too many failures in a row
 */
export async function retry<T>(
  settings: HubSettings,
  what: string,
  attempt: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  let furthest = progress();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      if (progress() > furthest) failures = 1;
      furthest = Math.max(furthest, progress());
      const seconds = error.options.waitSeconds ?? (settings.retryDelay / 1000) * 2 ** (failures - 1);
      if (failures > settings.retries || seconds > LONGEST_WAIT) throw gaveUp(what, error, failures);
      await pause(seconds * 1000, undefined, settings.signal && { signal: settings.signal });
    }
  }
}

function checkBusy(response: Response): void {
  const { status } = response;
  if (status !== 408 && status !== 429 && status < 500) return;
  const options = { waitSeconds: readRetryAfter(response) };
  const code = status === 429 ? 'rate-limited' : 'unreachable';
  throw new Interruption(code, `${status} ${response.statusText}`.trim(), options);
}

/** Seconds to wait, from a number of seconds or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Node says `fetch failed` and hides the reason one level deeper. */
function explain(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error
    ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}`
    : message;
}

function gaveUp(what: string, interruption: Interruption, failures: number): LamoError {
  const { code, reason, options } = interruption;
  const wait =
    options.waitSeconds === undefined ? '' : `, to be tried again in ${Math.ceil(options.waitSeconds)} s`;
  return new LamoError({
    where: 'data/hub',
    code,
    problem: `${what} could not be fetched: ${failures} ${failures === 1 ? 'attempt' : 'attempts in a row'} failed`,
    received: `${reason}${wait}`,
    hint: HINTS[code],
    cause: interruption,
  });
}

const HINTS: Readonly<Record<Interruption['code'], string>> = {
  unreachable:
    'Check the connection, HF_ENDPOINT and any proxy; what has arrived is kept and continued next time.',
  'rate-limited': 'Wait and run again: what has arrived is kept. With HF_TOKEN the hub allows more.',
  'wrong-length': 'The server announces another length than it sends: try later, or another HF_ENDPOINT.',
};
