import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { requireTfjs, TFJS } from './scripts/require-tfjs';

/** What a package may have: its library, its command, its tools for tests, what its threads start with. */
const entries = {
  index: 'src/index.ts',
  main: 'src/main.ts',
  testing: 'src/testing/index.ts',
  worker: 'src/worker.ts',
  relay: 'src/relay.ts',
};

/** Types that the library needs and imports from nowhere: the bundler of types would forget them. */
const references = readFileSync(entries.index, 'utf8').match(/^\/\/\/ <reference .*$/gm) ?? [];

/** What runs in a browser. */
const PAGE = 'src/view/page/main.ts';

/** Each source entry to ESM with types, every dependency left outside. */
const library = {
  entry: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  format: 'esm',
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  noExternal: [TFJS],
  esbuildPlugins: [requireTfjs],
  // Types of our other packages come from their builds, not, as elsewhere, from their sources: half the work.
  dts: { compilerOptions: { customConditions: [] }, banner: references.join('\n') },
  sourcemap: true,
  clean: true,
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
