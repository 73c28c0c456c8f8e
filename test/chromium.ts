import { existsSync } from 'node:fs';

/** Where Chromium is, for tests of pages: what LAMO_CHROMIUM names, or the usual places. @returns undefined if there is none */
export function findChromium(): string | undefined {
  return [
    process.env.LAMO_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => path !== undefined && existsSync(path));
}
