import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rng } from '../packages/data/src/rng';
import { pnpm } from '../scripts/pnpm.mjs';
import { root, runCommand } from '../scripts/run-command.mjs';
import { listImports, packageOf, readManifest } from './workspace';

const names = readdirSync(join(root, 'packages'));

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
