import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They run `lamo` as it is published, in processes of its own. */
const COMMAND = ['packages/cli/test/**/*.test.ts'];

/**
 * Packages whose tests follow one another in one process: they leave nothing behind, and loading tfjs and our sources anew for each file
 * took as long as the tests.
 */
const SHARING = 'algos|cli|core|data|eval|models|runtime';

/** Those that do leave something behind: they change environment variables, or functions that are there for all. */
const ALONE = [
  'packages/algos/src/ingredients/sequence/backbone.test.ts',
  'packages/algos/test/lamo-modes.test.ts',
  'packages/cli/src/actions/install-device.test.ts',
  'packages/cli/src/run/{choose-device,lock-run}.test.ts',
  'packages/cli/src/terminal/{interrupt,progress}.test.ts',
  'packages/models/src/tokenizer/*.test.ts',
  'packages/runtime/src/devices/{import-onnxruntime,open-device}.test.ts',
  'packages/runtime/src/trace/backend-registry.test.ts',
  'packages/runtime/test/pjrt/*.test.ts',
];

/** Our packages are read from their sources; tests of the command take them as they were built. */
const FROM_SOURCES = {
  resolve: { conditions: ['@lamo/source'] },
  ssr: { resolve: { conditions: ['@lamo/source'] } },
};

/**
 * What takes longest, with each project: begun last, it would keep one core waiting for the other. Vitest orders by what it measured, and in a
 * fresh clone by size, which says little.
 */
const LONGEST = [
  'test/packaging.test.ts',
  'packages/cli/test/output.test.ts',
  'packages/cli/test/sft.test.ts',
  'packages/cli/test/seeds.test.ts',
  'packages/cli/test/own-log.test.ts',
  'packages/algos/test/conformance.test.ts',
  'packages/eval/src/registry.test.ts',
  'packages/eval/src/pool/worker-pool.test.ts',
];

/**
 * Orders test files: {@link LONGEST}, then as vitest does, but those that share a process after all others: a process is kept only while the
 * next file in line can use it.
 */
class SharedLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place === -1 ? LONGEST.length : place;
    };
    const sorted = (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
    const isShared = ({ project }: TestSpecification) => project.config.isolate === false;
    return [...sorted.filter((file) => !isShared(file)), ...sorted.filter(isShared)];
  }
}

export default defineConfig({
  test: {
    // Native and wasm modules crash in worker threads; two cores are all that CI has.
    pool: 'forks',
    maxWorkers: 2,
    // With a PJRT plug-in, tests compile with XLA: tens of seconds for a step of a transformer on a busy machine.
    testTimeout: process.env.LAMO_PJRT_PLUGIN === undefined ? 30_000 : 180_000,
    hookTimeout: 60_000,
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/temporary-folder.ts'],
    sequence: { sequencer: SharedLast },
    projects: [
      {
        extends: true,
        ...FROM_SOURCES,
        test: {
          name: 'sources',
          include: [
            `packages/!(${SHARING})/{src,test}/**/*.test.ts`,
            'test/**/*.test.ts',
            'examples/**/*.test.ts',
            ...ALONE,
          ],
          exclude: [...configDefaults.exclude, ...COMMAND],
        },
      },
      {
        extends: true,
        ...FROM_SOURCES,
        test: {
          name: 'shared',
          include: [`packages/@(${SHARING})/{src,test}/**/*.test.ts`, 'benchmarks/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...COMMAND, ...ALONE],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'command',
          include: COMMAND,
          globalSetup: ['test/build-command.ts'],
          // What was built is loaded as users load it, which takes a tenth of the time.
          server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
        },
      },
    ],
  },
});
