import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { fillTransfer, hubWords, type TransferSettings } from './transfer-settings';

/** How much of a file has arrived. */
export interface DownloadProgress {
  /** Path within the repository. */
  readonly file: string;
  /** Bytes on the disk, those of earlier runs included. */
  readonly received: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Where and how files of the Hugging Face hub are fetched and kept. Defaults are those of Python's `huggingface_hub`. */
export interface HubOptions {
  /** Uses what is on the disk and sends no request. @default HF_HUB_OFFLINE */
  readonly offline?: boolean;
  /** Sent to the endpoint, never elsewhere; '' for none. @default HF_TOKEN, or what `hf auth login` left */
  readonly token?: string;
  /** @default HF_ENDPOINT, or https://huggingface.co */
  readonly endpoint?: string;
  /** @default HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub */
  readonly cacheFolder?: string;
  /** Called for each piece that arrives. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what has arrived is kept, and the download continues there next time. */
  readonly signal?: AbortSignal;
  /** Called before a request is repeated, with the reason and the seconds until then. */
  readonly onRetry?: (reason: string, seconds: number) => void;
  /** For proxies. @default Node's own */
  readonly fetch?: typeof fetch;
  /** Failures in a row, without a new byte, after which to give up. @default 5 */
  readonly retries?: number;
  /** Milliseconds before the first new attempt; doubled for each further one. @default 1000 */
  readonly retryDelay?: number;
  /**
   * Milliseconds over which a connection must deliver 1000 bytes a second on average, or it counts as dead. Listings must be complete
   * within ten times as long. @default 30_000
   */
  readonly timeout?: number;
}

/** {@link HubOptions} with all defaults in place. */
export interface HubSettings
  extends TransferSettings,
    Required<Pick<HubOptions, 'offline' | 'endpoint' | 'cacheFolder'>> {}

/**
 * Fills in what the options leave open, from the variables that Python's `huggingface_hub` reads.
 *
 * @throws LamoError `invalid-token`, `invalid-endpoint`; neither shows what may be secret
 */
export function hubSettings(
  options: HubOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): HubSettings {
  const home =
    environment.HF_HOME ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE, HF_ENDPOINT } =
    environment;
  return {
    offline: options.offline ?? isTrue(HF_HUB_OFFLINE ?? TRANSFORMERS_OFFLINE),
    token: checkToken((options.token ?? readToken(environment, home)).trim()),
    endpoint: checkEndpoint(options.endpoint ?? HF_ENDPOINT ?? 'https://huggingface.co'),
    cacheFolder: options.cacheFolder ?? HF_HUB_CACHE ?? HUGGINGFACE_HUB_CACHE ?? join(home, 'hub'),
    ...fillTransfer(options),
    words: hubWords,
  };
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'on', 'yes', 'true'].includes(value.toLowerCase());
}

function readToken(environment: NodeJS.ProcessEnv, home: string): string {
  const file = environment.HF_TOKEN_PATH ?? join(home, 'token');
  return environment.HF_TOKEN ?? (existsSync(file) ? readFileSync(file, 'utf8') : '');
}

/** An invalid header would make Node print the token in its error. */
function checkToken(token: string): string | undefined {
  const wrong = Array.from(token).findIndex((character) => !/^[\x21-\x7e]$/.test(character));
  if (wrong === -1) return token || undefined;
  throw new LamoError({
    where: 'data/hub',
    code: 'invalid-token',
    problem: 'The token for the Hugging Face hub contains a character that is not allowed in a token',
    expected: 'ASCII letters, digits and punctuation without spaces, such as hf_…',
    received: `another character at position ${wrong + 1} of ${token.length}`,
    hint: 'Copy it again into HF_TOKEN, or run `hf auth login` again.',
  });
}

function checkEndpoint(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isPlain = url?.username === '' && url.password === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return endpoint.replace(/\/+$/, '');
  throw new LamoError({
    where: 'data/hub',
    code: 'invalid-endpoint',
    problem: 'HF_ENDPOINT (`endpoint`) must be the URL of a hub',
    expected: 'a URL without user name and password, such as https://huggingface.co',
    received: url && !isPlain ? 'a URL with a user name or password' : JSON.stringify(endpoint),
    hint: 'Put the access token into HF_TOKEN.',
  });
}
