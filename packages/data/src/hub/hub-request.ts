import { setTimeout as pause } from 'node:timers/promises';
import { LamoError } from '@lamo/core';
import type { TransferSettings } from './transfer-settings';

/** Longest wait in seconds that a server may ask for; the hub counts requests in windows of five minutes. */
const LONGEST_WAIT = 300;

/** Bytes per second below which a connection counts as dead. */
const SLOWEST = 1000;

/** Attempts if the hub cannot be reached at all: without a network, waiting does not help. */
const ATTEMPTS_UNCONNECTED = 2;
const UNCONNECTED = [
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'],
  // Firewalls drop packets without an answer.
  ...['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
];

/** A failure that may not happen again: a dropped connection, a busy server. */
export class Interruption extends Error {
  constructor(
    readonly code: 'unreachable' | 'rate-limited' | 'wrong-length',
    readonly reason: string,
    readonly options: {
      readonly cause?: unknown;
      readonly waitSeconds?: number | undefined;
      readonly isUnconnected?: boolean;
    } = {},
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
  /** Milliseconds after which the whole request has failed. @default none, as long as bytes arrive */
  readonly limit?: number;
  /** Reads what it needs from the response, and reports the number of bytes to `arrived`. */
  readonly read: (response: Response, arrived: (bytes: number) => void) => T | Promise<T>;
}

/**
 * Sends one request once.
 * @throws Interruption where it makes sense to try again, whatever `read` throws, or the reason of an abort
 */
export async function request<T>(
  settings: TransferSettings,
  { url, read, limit, ...init }: HubRequest<T>,
): Promise<T> {
  const watch = watchConnection(settings.timeout, limit);
  const { signal, token } = settings;
  let hasAnswered = false;
  try {
    const response = await settings.fetch(url, {
      ...init,
      // A compressed body would have another length and another hash.
      headers: {
        ...init.headers,
        'accept-encoding': 'identity',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.any([watch.signal, ...(signal === undefined ? [] : [signal])]),
    });
    hasAnswered = true;
    watch.restart();
    checkBusy(response);
    return await read(response, watch.arrived);
  } catch (error) {
    if (error instanceof Interruption || LamoError.isInstance(error)) throw error;
    if (((error as Error).cause as Error | undefined)?.message === 'redirect count exceeded')
      throw redirectsForEver(settings, url);
    signal?.throwIfAborted();
    if (watch.signal.aborted) throw new Interruption('unreachable', String(watch.signal.reason));
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    // A connection that dies later has the same code `ETIMEDOUT`, but is worth another attempt.
    const isUnconnected = !hasAnswered && UNCONNECTED.includes(code ?? '');
    throw new Interruption('unreachable', explain(error), { cause: error, isUnconnected });
  } finally {
    watch.stop();
  }
}

/** Reads a body of no more than so many bytes, unpacked: a compressed one may be a thousand times as long as what is sent. */
export async function readText(
  response: Response,
  most: number,
  arrived: (bytes: number) => void,
): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    arrived(piece.length);
    length += piece.length;
    if (length > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Aborts a connection that is silent, too slow, or open for longer than `limit`. */
function watchConnection(window: number, limit: number | undefined) {
  const controller = new AbortController();
  const abort = (reason: string) => controller.abort(reason);
  let received = 0;
  const check = () => {
    if (received === 0) abort(`no byte in ${window / 1000} s`);
    else if (received < (SLOWEST * window) / 1000) abort(`only ${received} bytes in ${window / 1000} s`);
    received = 0;
  };
  let timer = setInterval(check, window);
  const end = limit === undefined ? undefined : setTimeout(abort, limit, `no end after ${limit / 1000} s`);
  return {
    signal: controller.signal,
    arrived(bytes: number) {
      received += bytes;
    },
    /** Begins a new window. */
    restart() {
      clearInterval(timer);
      received = 0;
      timer = setInterval(check, window);
    },
    /** Closes the connection as well: an unread body would keep it open. */
    stop() {
      clearInterval(timer);
      clearTimeout(end);
      controller.abort('done');
    },
  };
}

/**
 * Repeats an attempt after interruptions, waiting longer each time, or as long as the server asks.
 *
 * @param progress bytes that have arrived; an attempt that gets further, by at least what a connection must deliver in a window, does not count as failed
 * @throws LamoError `unreachable`, `rate-limited`, `wrong-length` after too many failures in a row
 */
export async function retry<T>(
  settings: TransferSettings,
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
      if (progress() >= furthest + (SLOWEST * settings.timeout) / 1000) {
        failures = 1;
        furthest = progress();
      }
      const seconds = error.options.waitSeconds ?? (settings.retryDelay / 1000) * 2 ** (failures - 1);
      const isHopeless = error.options.isUnconnected === true && failures >= ATTEMPTS_UNCONNECTED;
      if (isHopeless || failures > settings.retries || seconds > LONGEST_WAIT) {
        throw gaveUp(settings, what, error, failures);
      }
      settings.onRetry?.(`${what}: ${error.reason}`, seconds);
      await wait(seconds * 1000, settings.signal);
    }
  }
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(milliseconds, undefined, signal && { signal });
  } catch (error) {
    // Not the reason of the abort, but an error that wraps it.
    signal?.throwIfAborted();
    throw error;
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

/** What redirects in a circle does so the next time, too. */
function redirectsForEver({ words }: TransferSettings, url: string): LamoError {
  return new LamoError({
    where: words.where,
    code: 'redirect-loop',
    problem: `The server sends the request from one address to the next, without end`,
    expected: 'an answer after 20 of them at most',
    received: url,
    hint: 'Open the address in a browser: the server may want a login, or a proxy in between may redirect all requests.',
  });
}

/** Node says `fetch failed` and hides the reason one level deeper. */
function explain(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error
    ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}`
    : message;
}

function gaveUp(
  { words }: TransferSettings,
  what: string,
  interruption: Interruption,
  failures: number,
): LamoError {
  const { code, reason, options } = interruption;
  const wait =
    options.waitSeconds === undefined ? '' : `, to be tried again in ${Math.ceil(options.waitSeconds)} s`;
  return new LamoError({
    where: words.where,
    code,
    problem: `${what} could not be fetched: ${failures} ${failures === 1 ? 'attempt' : 'attempts in a row'} failed`,
    received: `${reason}${wait}`,
    hint: words.hints[code],
    cause: interruption,
  });
}
