import { createHash } from 'node:crypto';

/** Shortens a text to the first digits of its SHA-256, to tell it from others by a name. */
export function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
