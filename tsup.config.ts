import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { entries } from './scripts/entries';
import { requireTfjs, TFJS } from './scripts/require-tfjs';

/** What runs in a browser. */
const PAGE = 'src/view/page/main.ts';

/** Each source entry to ESM, every dependency left outside. `tsup.types.config.ts` writes the types. */
const library = {
  entry: entries,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  noExternal: [TFJS],
  esbuildPlugins: [requireTfjs],
  sourcemap: true,
  clean: ['!**/*.d.ts'],
} satisfies Options;

/** One file with everything in it, which a page can load. */
const page = {
  entry: { page: PAGE },
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  noExternal: [/./],
  tsconfig: join(dirname(PAGE), 'tsconfig.json'),
  minify: true,
  // The licence of what is in it.
  esbuildOptions: (options) => {
    options.legalComments = 'inline';
  },
} satisfies Options;

/** The one build that every package uses. */
export default defineConfig(existsSync(PAGE) ? [library, page] : library);
