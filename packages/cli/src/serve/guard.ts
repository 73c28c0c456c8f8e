import type { MiddlewareHandler } from 'hono';
import { RequestError } from './request-error';

/** Who may ask. */
export interface GuardOptions {
  /** Hosts, with their port, that requests may name; undefined for any. */
  readonly hosts: () => readonly string[] | undefined;
  /** Origins of pages that may ask: `https://example.org`. */
  readonly origins: readonly string[];
}

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * Refuses requests that name another host, whose name may lead here from a page of somebody else; and those of pages that were not allowed.
 * Programs that are no browsers name no origin, and are not stopped by it.
 */
export function guard({ hosts, origins }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    const known = hosts();
    const host = context.req.header('host') ?? '';
    if (known !== undefined && !known.includes(host.toLowerCase()))
      throw new RequestError(421, 'other-host', `This is ${known.join(' or ')}, not another host`);
    const origin = context.req.header('origin');
    if (origin === undefined || origin === `http://${host}`) return next();
    if (!origins.includes(origin))
      throw new RequestError(
        403,
        'other-origin',
        `Pages of ${origin} may not ask`,
        [],
        'Allow them where the server is started: --allow-origin.',
      );
    context.header('Access-Control-Allow-Origin', origin);
    context.header('Vary', 'Origin');
    if (context.req.method !== 'OPTIONS') return next();
    context.header('Access-Control-Allow-Methods', 'GET, POST, DELETE');
    context.header('Access-Control-Allow-Headers', 'Content-Type');
    context.header('Access-Control-Max-Age', '600');
    return context.body(null, 204);
  };
}
