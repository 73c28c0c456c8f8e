import { configDefaults, defineConfig } from 'vitest/config';

/** They run `lamo` as it is published, in processes of its own. */
const COMMAND = ['packages/cli/test/**/*.test.ts'];

export default defineConfig({
  resolve: { conditions: ['@lamo/source'] },
  ssr: { resolve: { conditions: ['@lamo/source'] } },
  test: {
    // Native and wasm modules crash in worker threads; two cores are all that CI has.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['test/setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'sources',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'test/**/*.test.ts',
            'examples/**/*.test.ts',
            'benchmarks/**/*.test.ts',
          ],
          exclude: [...configDefaults.exclude, ...COMMAND],
        },
      },
      { extends: true, test: { name: 'command', include: COMMAND, globalSetup: ['test/build-command.ts'] } },
    ],
  },
});
