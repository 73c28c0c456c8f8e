import { createRequire } from 'node:module';

/** Reads the version of this package. */
export function lamoVersion(): string {
  const { version } = createRequire(import.meta.url)('@lamo/cli/package.json') as { version: string };
  return version;
}
