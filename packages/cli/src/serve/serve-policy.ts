import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { PolicyFile } from '@lamo/algos';
import { listen, type Place } from '../listen';
import { type PolicyAppOptions, policyApp } from './policy-app';

/** A policy that is being served. */
export interface ServedPolicy {
  /** Where it is: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Ends it: what was asked is answered, and nothing new is taken. */
  close(): Promise<void>;
}

/** How and where a policy is served. */
export interface ServeOptions extends Place, Omit<PolicyAppOptions, 'hosts'> {}

/** Milliseconds in which a request has to arrive as a whole, and its head. */
const TIMES = { requestTimeout: 30_000, headersTimeout: 10_000 };

/** Milliseconds that requests have that are being answered, once it is to end. */
const LAST_ANSWERS = 10_000;

/**
 * Serves a policy over HTTP. On a loopback address, requests are refused that name another host than this machine's own.
 *
 * @throws LamoError `port-in-use`, `no-port`
 */
export async function servePolicy(
  policy: PolicyFile,
  { host, port, ...options }: ServeOptions,
): Promise<ServedPolicy> {
  let chosen = port;
  const own = isLoopback(host) ? ['127.0.0.1', 'localhost', '[::1]'] : undefined;
  const app = policyApp(policy, { ...options, hosts: () => own?.map((name) => `${name}:${chosen}`) });
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: TIMES }) as Server;
  await listen(server, { host, port });
  chosen = (server.address() as AddressInfo).port;
  return { url: `http://${isIPv6(host) ? `[${host}]` : host}:${chosen}`, close: () => end(server) };
}

/** Tells whether an address leads to this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

async function end(server: Server): Promise<void> {
  const closed = once(server, 'close');
  // Connections without a request are ended at once, the others after their answer.
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS);
  await closed;
  clearTimeout(timer);
}
