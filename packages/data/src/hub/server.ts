import { downloadFile, type RemoteFile } from './download-file';
import { readText, request, retry } from './hub-request';
import type { HubOptions } from './hub-settings';
import { fillTransfer, type ServerWords } from './transfer-settings';

/** How files are fetched: what a {@link Server} needs of {@link HubOptions}. */
export type TransferOptions = Pick<
  HubOptions,
  'onProgress' | 'onRetry' | 'signal' | 'fetch' | 'retries' | 'retryDelay' | 'timeout'
>;

/** A text to be fetched. */
export interface TextRequest {
  /** For errors: the name of what is asked for. */
  readonly what: string;
  /** Where it is. */
  readonly url: string;
  /** Sent with the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that it may have at most. */
  readonly most: number;
  /** Says why a response is a refusal. */
  readonly refuse: (response: Response) => Error;
}

/** A server that files are fetched from, as patiently as from the hub: what is cut continues, and what is busy is asked again. */
export interface Server {
  /** Fetches a text; undefined if it is longer than allowed. @throws LamoError `unreachable`, `rate-limited`, and what `refuse` makes */
  text(request: TextRequest): Promise<string | undefined>;
  /** Asks what a server would say of a file. @throws LamoError `unreachable`, `rate-limited`, and what `refuse` makes */
  head(request: Omit<TextRequest, 'most'>): Promise<Headers>;
  /**
   * Fetches a file to a path, where it appears whole or not at all; a part that an earlier attempt left beside it is continued.
   *
   * @throws LamoError `hash-mismatch`, `wrong-length`, `web-page`, `redirect-loop`, `disk-full`, `not-writable`, `unreachable`,
   *   `rate-limited`, and what `refuse` makes
   */
  download(file: RemoteFile, path: string): Promise<void>;
}

/** Says how to fetch from a server that is not the hub. Nothing is sent until something is asked for. */
export function connectTo(words: ServerWords, options: TransferOptions = {}): Server {
  const settings = { ...fillTransfer(options), token: undefined, words };
  return {
    text({ what, url, headers = {}, most, refuse }) {
      const read = async (response: Response, arrived: (bytes: number) => void) => {
        if (!response.ok) throw refuse(response);
        return await readText(response, most, arrived);
      };
      const limit = 10 * settings.timeout;
      return retry(settings, what, () => request(settings, { url, headers, read, limit }));
    },
    head({ what, url, headers = {}, refuse }) {
      const read = (response: Response) => {
        if (!response.ok) throw refuse(response);
        return response.headers;
      };
      return retry(settings, what, () => request(settings, { url, method: 'HEAD', headers, read }));
    },
    download: (file, path) => downloadFile(settings, file, path),
  };
}
