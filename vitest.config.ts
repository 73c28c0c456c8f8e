import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@lamo/source'] },
  ssr: { resolve: { conditions: ['@lamo/source'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/**/*.test.ts',
      'benchmarks/**/*.test.ts',
    ],
    // Native and wasm modules crash in worker threads; two cores are all that CI has.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: ['test/setup.ts'],
  },
});
