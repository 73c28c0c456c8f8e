import type { Context } from 'hono';
import { RequestError } from './request-error';

/** Answers with what is wrong; of faults of our own nobody outside learns more than that there was one. */
export function refuse(context: Context, error: unknown): Response {
  if (!(error instanceof RequestError)) {
    process.stderr.write(`${(error as Error).stack ?? error}\n`);
    return context.json({ error: { code: 'failed', message: 'The server failed to answer' } }, 500);
  }
  const { status, code, message, issues, hint } = error;
  if (status === 503) context.header('Retry-After', '1');
  const more = { ...(issues.length > 0 && { issues }), ...(hint !== undefined && { hint }) };
  return context.json({ error: { code, message, ...more } }, status);
}
