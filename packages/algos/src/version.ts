import { createRequire } from 'node:module';

/** Reads the version of this package, which is that of all. */
export function lamoVersion(): string {
  const { version } = createRequire(import.meta.url)('@lamo/algos/package.json') as { version: string };
  return version;
}
