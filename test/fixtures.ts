import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Path of a recording from the reference implementations, beside the repository or, the small ones, inside it. */
export function fixturePath(name: string): string | undefined {
  const candidates = [
    `${shared}fixtures/${name}`,
    fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)),
  ];
  return candidates.find((path) => existsSync(path));
}
