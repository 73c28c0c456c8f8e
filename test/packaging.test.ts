import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Rng } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { pnpm } from '../scripts/pnpm.mjs';
import { root } from '../scripts/run-command.mjs';
import {
  compileConsumer,
  dependsOnResolution,
  link,
  packageNames,
  startProject,
  succeed,
  trainLamo,
  writeText,
} from './installed-project';
import { listImports, packageOf, readManifest, shippedWith } from './workspace';

const NPM_INSTALL = ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline'];

/** Asks for the optional libraries that tokenise, and prints what the loader says. */
const ASK_FOR_PEERS = `
import { loadTokenizer, nanoModelFolder } from '@lamo/models';

for (const library of ['@huggingface/transformers', '@xenova/transformers']) {
  await loadTokenizer(nanoModelFolder(), { library }).catch(({ code, hint }) => console.log(code, hint));
}
`;

/** What somebody outside writes to check an algorithm of theirs. */
const TEST_ALGORITHM = `
import { bc } from '@lamo/algos';
import { testAlgorithm } from '@lamo/algos/testing';

testAlgorithm({ ...bc, name: 'mine' }, { config: { hiddenSize: 16, batchSize: 16, learningRate: 1e-3 } });
`;

// Installations are too large for memory.
const folder = realpathSync(mkdtempSync(join(process.env.LAMO_TESTS_DISK ?? tmpdir(), 'lamo-packaging-')));
const packed = join(folder, 'packed');
let tarballs: string[] = [];

// Seconds if nothing has to be built.
beforeAll(async () => {
  vi.stubEnv('ONNXRUNTIME_NODE_INSTALL', 'skip');
  // Started by pnpm, programs would find what is installed in the clone.
  vi.stubEnv('NODE_PATH', '');
  await succeed([process.execPath, join(root, 'scripts/pack.mjs'), packed]);
  tarballs = readdirSync(packed)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => join(packed, file));
}, 300_000);

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('the whole folder is packed: every package, and where pnpm finds each', () => {
  expect(tarballs.map((path) => basename(path).split('-')[1])).toEqual([...packageNames].sort());
  const overrides = readFileSync(join(packed, 'overrides.yaml'), 'utf8');
  for (const path of tarballs) expect(overrides).toContain(pathToFileURL(path).href);
});

describe('@lamo/data, packed and installed with no more than it needs', () => {
  const project = join(folder, 'alone');

  beforeAll(async () => {
    startProject(project);
    await succeed(
      [...NPM_INSTALL, ...tarballs.filter((path) => /^lamo-(core|data)-/.test(basename(path)))],
      project,
    );
  }, 120_000);

  test('works in plain Node', async () => {
    const program =
      "import '@lamo/data'; import { Rng } from '@lamo/core'; console.log(Rng.fromSeed(7).integer(1000));";
    const printed = await succeed([process.execPath, '--input-type=module', '--eval', program], project);
    expect(Number(printed)).toBe(Rng.fromSeed(7).integer(1000));
  });

  test('brings no tensor library', () => {
    const installed = readdirSync(join(project, 'node_modules'), { recursive: true }).map(String);
    expect(installed).toContain(join('@lamo', 'data', 'dist', 'index.js'));
    expect(installed.filter((path) => /tensorflow|tfjs|onnxruntime/i.test(path))).toEqual([]);
  });
});

describe('all packages, packed and installed with npm', () => {
  const project = join(folder, 'npm');

  beforeAll(async () => {
    startProject(project);
    await succeed([...NPM_INSTALL, ...tarballs], project);
  }, 240_000);

  test('train LaMo on the nano model that comes along, offline', () => trainLamo(project), 60_000);

  test(
    'write the text that the sources write',
    () => writeText(['npx', '--no-install', 'lamo'], project),
    60_000,
  );

  test('bring no optional peer, and say how to get one', async () => {
    const installed = readdirSync(join(project, 'node_modules'), { recursive: true }).map(String);
    const peers =
      /node_modules.(@huggingface.transformers|@xenova|sharp|onnxruntime-web|@tensorflow.tfjs-node)/;
    expect(installed.filter((path) => peers.test(join('node_modules', path)))).toEqual([]);
    const printed = await succeed(
      [process.execPath, '--input-type=module', '--eval', ASK_FOR_PEERS],
      project,
    );
    expect(
      printed.match(/library-unavailable Install it with 'npm install @(huggingface|xenova)/g),
    ).toHaveLength(2);
  });

  // koffi's finds the binary that came with it, and does nothing.
  test("run two install scripts, koffi's and onnxruntime's", () => {
    const lock = readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8');
    const installed = Object.entries<{ hasInstallScript?: boolean }>(JSON.parse(lock).packages);
    const scripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripts).toEqual(['node_modules/koffi', 'node_modules/onnxruntime-node']);
  });

  // It comes with Node 20 and 22, and gives up where an optional peer, however deep, asks for versions of vitest 4.
  test('are understood by npm 10', async () => {
    const elsewhere = join(folder, 'npm-10');
    startProject(elsewhere);
    const [, ...install] = NPM_INSTALL;
    await succeed(['npx', '-y', 'npm@10', ...install, '--package-lock-only', ...tarballs], elsewhere);
  }, 120_000);

  test('bring the lamo command', async () => {
    const printed = await succeed(['npx', '--no-install', 'lamo', '--version'], project);
    // Started by pnpm, npm warns first of pnpm's settings, which it does not know.
    expect(printed.trim().split('\n').at(-1)).toBe(
      JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')).version,
    );
  });

  test("check an algorithm of somebody else's in somebody else's tests", async () => {
    writeFileSync(join(project, 'mine.test.mjs'), TEST_ALGORITHM);
    link('vitest', project);
    const vitest = join(project, 'node_modules/vitest/vitest.mjs');
    const printed = await succeed([process.execPath, vitest, 'run', '--root', project], project);
    expect(printed).toMatch(/Tests +\d+ passed \(\d+\)/);
  }, 120_000);

  // Without `skipLibCheck`, every declaration file that is reached is checked, and without `exactOptionalPropertyTypes`
  // other rules hold than in this repository.
  test.each([
    { module: 'node16', moduleResolution: 'node16', isChecked: () => true },
    { module: 'esnext', moduleResolution: 'bundler', isChecked: dependsOnResolution },
  ])(
    'have types that compile in a strict project with $moduleResolution resolution',
    ({ isChecked, ...resolution }) => compileConsumer(project, resolution, isChecked),
    60_000,
  );
});

describe('all packages, packed and installed with pnpm', () => {
  const project = join(folder, 'pnpm');

  beforeAll(async () => {
    startProject(project);
    writeFileSync(join(project, 'pnpm-workspace.yaml'), readFileSync(join(packed, 'overrides.yaml')));
    await succeed(pnpm('add', '--prefer-offline', ...tarballs), project);
  }, 240_000);

  test('train LaMo on the nano model that comes along, offline', () => trainLamo(project), 60_000);

  test('write the text that the sources write', () => writeText(pnpm('exec', 'lamo'), project), 60_000);

  test(
    'have types that compile in a strict project',
    () => compileConsumer(project, { module: 'nodenext', moduleResolution: 'nodenext' }, dependsOnResolution),
    60_000,
  );
});

describe.skipIf(process.platform === 'win32').each(['README.md', 'docs/guide/first-run.md'])(
  'the alias of %s, given in the clone',
  (page) => {
    const [alias] = /^alias lamo=.*$/m.exec(readFileSync(join(root, page), 'utf8')) ?? [];
    const elsewhere = join(folder, `a folder of ${basename(page)}`);

    test.each([
      ['a folder of the clone', join(root, 'packages/cli')],
      ['any other folder', elsewhere],
    ])('works in %s, with paths from there', async (_, place) => {
      mkdirSync(elsewhere, { recursive: true });
      const target = relative(place, join(folder, 'made.hdf5'));
      // Bash knows aliases in scripts if it is told to, one line after they were given.
      const collect = `lamo collect cartpole-v1 --rows 5 --force --out '${target}'`;
      const lines = ['shopt -s expand_aliases', alias, `cd '${place}'`, collect];
      await succeed(['bash', '-c', lines.join('\n')], root);
      expect(existsSync(join(folder, 'made.hdf5'))).toBe(true);
      rmSync(join(folder, 'made.hdf5'));
    });
  },
);

// One tfjs-core may exist in a process: a bundled second copy would have a kernel registry of its own.
describe.each(packageNames)('the bundle of @lamo/%s', (name) => {
  const source = join(root, 'packages', name, 'src');
  const dist = join(root, 'packages', name, 'dist');
  const read = (ending: string) =>
    readdirSync(dist)
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(dist, file), 'utf8'));

  test('holds nothing but sources of its own', () => {
    // How tfjs is loaded is written by the build.
    const bundled = read('.js.map')
      .flatMap((map): string[] => JSON.parse(map).sources)
      .filter((path) => !path.startsWith('require-tfjs:'));
    expect(bundled.map((path) => resolve(dist, path)).filter((path) => !path.startsWith(source))).toEqual([]);
  });

  test('imports nothing that its package does not declare', () => {
    const declared = shippedWith(readManifest(join(root, 'packages', name)));
    const imported = read('.js').flatMap(listImports).map(packageOf);
    expect(imported.filter((found) => found !== undefined && !declared.includes(found))).toEqual([]);
  });
});
