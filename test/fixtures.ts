import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `LAMO_RECORDINGS=none`: as in a clone that has nothing beside it, even where it has. */
const isAlone = process.env.LAMO_RECORDINGS === 'none';

const beside = fileURLToPath(new URL('../../shared/', import.meta.url));
const shared = `${beside}fixtures/`;
const own = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Path of a recording from the reference implementations, beside the repository or, the small ones, inside it. */
export function fixturePath(name: string): string | undefined {
  const folders = isAlone ? [own] : [shared, own];
  return folders.map((folder) => `${folder}${name}`).find((path) => existsSync(path));
}

/** Where all recordings are, or undefined where only the small ones inside the repository are. */
export function recordingsFolder(): string | undefined {
  return !isAlone && existsSync(shared) ? shared : undefined;
}

/** Path of real data for tests and experiments, beside the repository: `wikitext-2`. */
export function sharedDataPath(name: string): string | undefined {
  const path = `${beside}data/${name}`;
  return !isAlone && existsSync(path) ? path : undefined;
}
