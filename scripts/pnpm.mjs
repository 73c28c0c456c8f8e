import { readFileSync } from 'node:fs';

/**
 * Builds the command that runs pnpm: the very copy that started us or, started without pnpm, the version that
 * the root package.json pins.
 *
 * @param {...string} args
 * @returns {string[]} program and arguments
 */
export function pnpm(...args) {
  const running = process.env.npm_execpath ?? '';
  if (/pnpm\.c?js$/.test(running)) return [process.execPath, running, ...args];
  const root = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return ['npx', '-y', root.packageManager, ...args];
}
