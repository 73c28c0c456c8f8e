import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../packages/data/src/rng';
import { pnpm } from '../scripts/pnpm.mjs';
import { root, runCommand } from '../scripts/run-command.mjs';
import { listImports, packageOf, readManifest } from './workspace';

const names = readdirSync(join(root, 'packages'));

/** Two steps with the language loss, on three made-up episodes: weights and tokenizer of the nano model are both read. */
const TRAIN_LAMO = `
import { writeFileSync } from 'node:fs';
import { lamo, train } from '@lamo/algos';
import { createDataset } from '@lamo/data';
import { nanoModelFolder } from '@lamo/models';

Object.assign(process.env, { HF_HUB_OFFLINE: '1', XDG_CACHE_HOME: 'cache' });
writeFileSync('text.txt', 'Some words, and some more of them.\\n'.repeat(20));
console.log(nanoModelFolder());
const rows = Array.from({ length: 12 }, (_, row) => row);
const dataset = createDataset({
  name: 'made-up',
  observations: rows.map((row) => [row / 12, row % 4]),
  actions: rows.map((row) => [(row % 3) - 1]),
  rewards: rows,
  terminated: rows.map((row) => row % 4 === 3),
  truncated: rows.map(() => false),
});
const text = { textWeight: 0.1, text: 'text.txt', textLength: 16, textBatchSize: 1 };
const run = await train(lamo, dataset, { steps: 2, config: { contextLength: 2, batchSize: 4, ...text } });
for await (const { metrics } of run) console.log(metrics.actionLoss + metrics.textLoss);
`;

/** What somebody outside writes to check an algorithm of theirs. */
const TEST_ALGORITHM = `
import { bc } from '@lamo/algos';
import { testAlgorithm } from '@lamo/algos/testing';

testAlgorithm({ ...bc, name: 'mine' }, { config: { hiddenSize: 16, batchSize: 16, learningRate: 1e-3 } });
`;

// A second without work to do: the build is cached.
beforeAll(() => succeed(pnpm('run', 'build')), 300_000);

describe('@lamo/data, packed and installed alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-alone-'));

  beforeAll(async () => {
    await succeed(pnpm('pack', '--pack-destination', folder), join(root, 'packages/data'));
    const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    await succeed(['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], folder);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  test('works in plain Node', async () => {
    const program = "import { Rng } from '@lamo/data'; console.log(Rng.fromSeed(7).integer(1000));";
    const printed = await succeed([process.execPath, '--input-type=module', '--eval', program], folder);
    expect(Number(printed)).toBe(Rng.fromSeed(7).integer(1000));
  });

  test('brings no tensor library', () => {
    const installed = readdirSync(join(folder, 'node_modules'), { recursive: true }).map(String);
    expect(installed).toContain(join('@lamo', 'data', 'dist', 'index.js'));
    expect(installed.filter((path) => /tensorflow|tfjs|onnxruntime/i.test(path))).toEqual([]);
  });
});

describe('the packages that train, packed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-packed-'));
  const packed = ['data', 'runtime', 'models', 'algos'];

  // What an installer would do, without a download: the files of each tarball, beside what its package.json declares.
  beforeAll(async () => {
    for (const name of packed) {
      const tarball = join(folder, `${name}.tgz`);
      await succeed(pnpm('pack', '--out', tarball), join(root, 'packages', name));
      const target = join(folder, 'node_modules', '@lamo', name);
      mkdirSync(target, { recursive: true });
      await succeed(['tar', '-xzf', tarball, '--strip-components=1', '-C', target], folder);
      const declared = Object.keys(readManifest(target).dependencies ?? {});
      for (const dependency of declared.filter((each) => !each.startsWith('@lamo/'))) {
        const link = join(target, 'node_modules', dependency);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(realpathSync(join(root, 'packages', name, 'node_modules', dependency)), link, 'junction');
      }
    }
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  test('train LaMo on the nano model that comes along, offline', async () => {
    writeFileSync(join(folder, 'train.mjs'), TRAIN_LAMO);
    const printed = await succeed([process.execPath, 'train.mjs'], folder);
    const [nano, ...losses] = printed.trim().split('\n');
    expect(nano).toBe(
      join(realpathSync(folder), 'node_modules', '@lamo', 'models', 'assets', 'nano-wikitext2'),
    );
    expect(losses.map(Number).filter(Number.isFinite)).toHaveLength(2);
  }, 60_000);

  test("check an algorithm of somebody else's in somebody else's tests", async () => {
    writeFileSync(join(folder, 'mine.test.mjs'), TEST_ALGORITHM);
    symlinkSync(
      realpathSync(join(root, 'node_modules/vitest')),
      join(folder, 'node_modules/vitest'),
      'junction',
    );
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
    const printed = await succeed([process.execPath, vitest, 'run', '--root', folder], folder);
    expect(printed).toMatch(/Tests +\d+ passed \(\d+\)/);
  }, 120_000);
});

// One tfjs-core may exist in a process: a bundled second copy would have a kernel registry of its own.
describe.each(names)('the bundle of @lamo/%s', (name) => {
  const source = join(root, 'packages', name, 'src');
  const dist = join(root, 'packages', name, 'dist');
  const read = (ending: string) =>
    readdirSync(dist)
      .filter((file) => file.endsWith(ending))
      .map((file) => readFileSync(join(dist, file), 'utf8'));

  test('holds nothing but sources of its own', () => {
    const bundled = read('.js.map').flatMap((map): string[] => JSON.parse(map).sources);
    expect(bundled.map((path) => resolve(dist, path)).filter((path) => !path.startsWith(source))).toEqual([]);
  });

  test('imports nothing that its package does not declare', () => {
    const { dependencies, peerDependencies } = readManifest(join(root, 'packages', name));
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = read('.js').flatMap(listImports).map(packageOf);
    expect(imported.filter((found) => found !== undefined && !declared.includes(found))).toEqual([]);
  });
});

async function succeed(command: readonly string[], cwd?: string): Promise<string> {
  const { ok, output } = await runCommand(command, cwd);
  if (!ok) throw new Error(`${command.join(' ')} failed:\n${output}`);
  return output;
}
