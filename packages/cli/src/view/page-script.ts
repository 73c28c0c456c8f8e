import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LamoError } from '@lamo/core';

/** The script of the page, with three.js in it: beside this file as it is built; the sources take what was built, too. */
const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../../dist/page.js' : './page.js', import.meta.url);

/** Finds the script of the page. @throws LamoError `not-built` if the sources run in a clone that was never built */
export function pageScript(): string {
  const path = fileURLToPath(BUILT);
  if (existsSync(path)) return path;
  throw new LamoError({
    where: 'cli/view',
    code: 'not-built',
    problem: 'The script of the page has not been built',
    expected: path,
    hint: 'Build it in the clone: npx -y pnpm@10.34.9 build',
  });
}
