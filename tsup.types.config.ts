import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { entries } from './scripts/entries';

/** Types that the library needs and imports from nowhere: the bundler of types would forget them. */
const references = readFileSync(entries.index!, 'utf8').match(/^\/\/\/ <reference .*$/gm) ?? [];

/**
 * The types of every package, one file for each entry. Those of our other packages come from their builds, not, as elsewhere, from their
 * sources: half the work. Nor are they checked here, which `pnpm types` does for all packages at once.
 */
export default defineConfig({
  entry: entries,
  format: 'esm',
  dts: {
    only: true,
    compilerOptions: { customConditions: [], noCheck: true },
    banner: references.join('\n'),
  },
  clean: true,
});
