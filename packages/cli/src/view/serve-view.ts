import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK, listen } from '../listen';
import type { EpisodeFiles } from './episode-files';
import { pageHtml } from './page-html';
import { pageScript } from './page-script';
import { PAGE_STYLE } from './page-style';

/** A page that is being served. */
export interface ServedView {
  /** Where it is. */
  readonly url: string;
  /** Ends it; connections that are open are closed. */
  close(): Promise<void>;
}

/** Nothing but what this server has, and no page of others may read or frame it. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/**
 * Serves recorded episodes as a page that only this machine can reach. Requests that name another host are refused: a page of somebody
 * else, whose name leads to this machine, could read them otherwise.
 *
 * @param port 0 for any that is free
 * @throws LamoError `port-in-use`, `not-built`
 */
export async function serveView(files: EpisodeFiles, port: number): Promise<ServedView> {
  const script = readFileSync(pageScript());
  const { title } = files.view;
  const find = async (path: string): Promise<Answer | undefined> => {
    if (path === '/') return { type: 'text/html', body: pageHtml(title) };
    if (path === '/style.css') return { type: 'text/css', body: PAGE_STYLE };
    if (path === '/page.js') return { type: 'text/javascript', body: script };
    if (path === '/view.json') return json(files.view);
    const [, kind, recording, episode] =
      /^\/(stages|episodes|poses)\/(\d{1,9})(?:\/(\d{1,9}))?\.(?:json|bin)$/.exec(path) ?? [];
    if (kind === 'stages') return json(await files.stage(Number(recording)));
    if (kind === 'episodes') return json(files.episode(Number(recording), Number(episode)));
    if (kind === 'poses') return binary(await files.poses(Number(recording), Number(episode)));
    return undefined;
  };
  const server = createServer((request, response) => void answer(request, response, find));
  await listen(server, { host: LOOPBACK, port });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${chosen}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { method, url = '/', headers: { host }, socket }: IncomingMessage,
  response: ServerResponse,
  find: (path: string) => Promise<Answer | undefined>,
): Promise<void> {
  const say = (status: number, { type, body }: Answer) => {
    response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` });
    response.end(method === 'HEAD' ? undefined : body);
  };
  const refuse = (status: number, body: string) => say(status, { type: 'text/plain', body });
  const hosts = [LOOPBACK, 'localhost'].map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(host ?? '')) return refuse(421, `This is ${hosts.join(' or ')}, not another host.\n`);
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Everything here is only to be read.\n');
  try {
    const found = await find(url.split('?')[0]!);
    if (found === undefined) refuse(404, 'There is nothing of this name.\n');
    else say(200, found);
  } catch (error) {
    refuse(500, `${(error as Error).message}\n`);
  }
}

function json(value: unknown): Answer | undefined {
  return value === undefined ? undefined : { type: 'application/json', body: JSON.stringify(value) };
}

function binary(values: Float32Array | undefined): Answer | undefined {
  if (values === undefined) return undefined;
  const body = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { type: 'application/octet-stream', body };
}
