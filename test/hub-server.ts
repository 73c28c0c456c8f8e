import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server did with one request. */
export interface Served {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers a request instead of the server; returns false to let the server answer. */
export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer | undefined) => boolean;

/** A server on this machine that answers as huggingface.co does. */
export interface HubServer {
  readonly endpoint: string;
  readonly served: Served[];
  /** Asked for every request, newest first; remove with `faults.length = 0`. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** The commit at which every repository of {@link startHub} stands. */
export const COMMIT = 'a'.repeat(40);

/**
 * Starts a hub with one repository. Files above 100 bytes lie on a second server, as large ones do.
 *
 * @param repository `owner/name`, or `datasets/owner/name`
 */
export async function startHub(
  repository: string,
  files: Readonly<Record<string, Buffer>>,
): Promise<HubServer> {
  const served: Served[] = [];
  const faults: Fault[] = [];
  const record = (request: IncomingMessage) => {
    const { method = '', url = '', headers } = request;
    served.push({ method, url, range: headers.range, authorization: headers.authorization });
  };
  const storage = await listen((request, response) => {
    record(request);
    const body = files[decodeURIComponent((request.url ?? '').slice(1))];
    if (!faults.some((fault) => fault(request, response, body))) sendFile(request, response, body);
  });
  const hub = await listen((request, response) => {
    record(request);
    const url = request.url ?? '';
    if (faults.some((fault) => fault(request, response, undefined))) return;
    const api = repository.startsWith('datasets/') ? `/api/${repository}` : `/api/models/${repository}`;
    if (url === `${api}/revision/main`) return sendListing(response, files);
    const prefix = `/${repository}/resolve/${COMMIT}/`;
    const file = url.startsWith(prefix) ? decodeURIComponent(url.slice(prefix.length)) : '';
    const body = files[file];
    if (body === undefined || body.length <= 100) return sendFile(request, response, body);
    response.writeHead(302, {
      location: `${addressOf(storage)}/${file}`,
      'x-linked-size': body.length,
      'x-linked-etag': `"${createHash('sha256').update(body).digest('hex')}"`,
    });
    response.end();
  });
  const close = async () => {
    for (const server of [hub, storage]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return { endpoint: addressOf(hub), served, faults, close };
}

function sendListing(response: ServerResponse, files: Readonly<Record<string, Buffer>>): void {
  const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ sha: COMMIT, siblings }));
}

/** Sends a file, or the part of it that is asked for; 404 if there is none. */
export function sendFile(request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): void {
  if (body === undefined) {
    response.writeHead(404, {
      'x-error-code': request.url?.startsWith('/api') ? 'RepoNotFound' : 'EntryNotFound',
    });
    response.end();
    return;
  }
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const etag = `"${createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex')}"`;
  if (start >= body.length && start > 0) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` });
    response.end();
    return;
  }
  const range = { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    'content-length': body.length - start,
    ...(start > 0 && range),
  });
  response.end(request.method === 'HEAD' ? undefined : body.subarray(start));
}

/** Starts a server on this machine. */
export async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** The address of a server that was started. */
export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
