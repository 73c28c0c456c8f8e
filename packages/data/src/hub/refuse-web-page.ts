import { LamoError } from '@lamo/core';
import type { RemoteFile } from './download-file';
import type { TransferSettings } from './transfer-settings';

const PAGE = /^\s*<(?:!doctype html|html)\b/i;

/**
 * Passes on the bytes of an answer, unless they are a web page in place of the file, such as the login page of a network: asking again
 * brings the same.
 *
 * @throws LamoError `web-page`
 */
export async function* refuseWebPage(
  { words }: TransferSettings,
  { file, url }: RemoteFile,
  response: Response,
): AsyncGenerator<Uint8Array> {
  const type = response.headers.get('content-type') ?? '';
  const isPage = (bytes: Uint8Array) =>
    /^text\/html\b/i.test(type) || PAGE.test(new TextDecoder('latin1').decode(bytes.subarray(0, 256)));
  let mayBePage = !/\.html?$/i.test(file);
  for await (const bytes of response.body ?? []) {
    if (mayBePage && isPage(bytes)) {
      throw new LamoError({
        where: words.where,
        code: 'web-page',
        problem: `A web page came in place of ${file}`,
        expected: 'the file',
        received: `${type || 'a page'} from ${url}`,
        hint: 'Open the address in a browser to see what it is: often the login page of the network, or of the server.',
      });
    }
    mayBePage = false;
    yield bytes;
  }
}
