import type { HubOptions } from './hub-settings';

/** What errors say about a server: where they happened, and what may help. */
export interface ServerWords {
  /** Package and part, as in an error: `data/hub`. */
  readonly where: string;
  /** What may help, by the error's code. */
  readonly hints: Readonly<
    Record<'unreachable' | 'rate-limited' | 'wrong-length' | 'hash-mismatch' | 'disk-full', string>
  >;
}

/** How files are fetched, with all defaults in place. */
export interface TransferSettings
  extends Required<Pick<HubOptions, 'fetch' | 'retries' | 'retryDelay' | 'timeout'>> {
  readonly token: string | undefined;
  readonly words: ServerWords;
  readonly onProgress: HubOptions['onProgress'];
  readonly onRetry: HubOptions['onRetry'];
  readonly signal: AbortSignal | undefined;
}

/** Fills in what the options leave open. */
export function fillTransfer(options: HubOptions): Omit<TransferSettings, 'token' | 'words'> {
  return {
    fetch: options.fetch ?? fetch,
    retries: options.retries ?? 5,
    retryDelay: options.retryDelay ?? 1000,
    timeout: options.timeout ?? 30_000,
    onProgress: options.onProgress,
    onRetry: options.onRetry,
    signal: options.signal,
  };
}

/** Words about the Hugging Face hub. */
export const hubWords: ServerWords = {
  where: 'data/hub',
  hints: {
    unreachable:
      'Check the connection, HF_ENDPOINT and any proxy; what has arrived is kept and continued next time. Without a network, name a local folder or file, or for a language model `nano`, which comes with lamo.',
    'rate-limited': 'Wait and run again: what has arrived is kept. With HF_TOKEN the hub allows more.',
    'wrong-length':
      'The server sends fewer or more bytes than it announces: try later, or another HF_ENDPOINT.',
    'hash-mismatch': 'Something between here and the hub alters it: try another network or HF_ENDPOINT.',
    'disk-full': 'Free some space, or set HF_HOME to a folder on another disk.',
  },
};
