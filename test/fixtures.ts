import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../shared/fixtures/', import.meta.url));
const own = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Path of a recording from the reference implementations, beside the repository or, the small ones, inside it. */
export function fixturePath(name: string): string | undefined {
  return [`${shared}${name}`, `${own}${name}`].find((path) => existsSync(path));
}

/** Where all recordings are, or undefined where only the small ones inside the repository are. */
export function recordingsFolder(): string | undefined {
  return existsSync(shared) ? shared : undefined;
}

/** Path of real data for tests and experiments, beside the repository: `wikitext-2`. */
export function sharedDataPath(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../shared/data/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
