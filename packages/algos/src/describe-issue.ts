import type { z } from 'zod';

/** Says what was received where a schema first failed, for the end of an error's message. */
export function describeIssue(error: z.ZodError, received: unknown): string {
  const [issue] = error.issues as [z.core.$ZodIssue];
  const value = issue.path.reduce<unknown>(
    (at, key) => (Object(at) as Record<PropertyKey, unknown>)[key],
    received,
  );
  const shown = JSON.stringify(value) ?? 'nothing';
  const place = issue.path.length === 0 ? 'its header' : `'${issue.path.join('.')}'`;
  return `${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown} for ${place}`;
}
