import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { pnpm } from '../scripts/pnpm.mjs';
import { root, runCommand } from '../scripts/run-command.mjs';
import { ARROWS, isTensorLibrary, mayImport, WITHOUT_TENSORS } from './arrows';
import {
  packageOf,
  readManifest,
  readWorkspace,
  type Source,
  shippedWith,
  type Workspace,
} from './workspace';

const MOST_LINES = 400;

const names = Object.keys(ARROWS);
const rootManifest = readManifest(root);

test('every package has its place in the arrows', () => {
  expect(readdirSync(join(root, 'packages')).sort()).toEqual([...names].sort());
});

test('what bits depend on has exact versions: the same seed gives the same weights wherever lamo is installed', () => {
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const versionOf = (dependency: string, version: string) =>
    version === 'catalog:' ? catalog.match(new RegExp(`"${dependency}": (\\S+)`))![1]! : version;
  const pinned = names.flatMap((name) =>
    Object.entries(readWorkspace(`packages/${name}`).manifest.dependencies ?? {})
      .filter(([dependency]) => /^(onnxruntime-node|@mujoco\/mujoco|@tensorflow\/tfjs-)/.test(dependency))
      .map(([dependency, version]) => `${dependency} ${versionOf(dependency, version)}`),
  );
  expect(pinned.length).toBeGreaterThan(4);
  expect(pinned.filter((each) => !/ \d+\.\d+\.\d+$/.test(each))).toEqual([]);
});

test('all packages have one version, so that any of them go together', () => {
  const { fixed } = JSON.parse(readFileSync(join(root, '.changeset/config.json'), 'utf8'));
  expect(fixed).toEqual([['@lamo/*']]);
  const versions = names.map((name) => readManifest(join(root, 'packages', name)).version);
  expect(new Set(versions).size).toBe(1);
});

describe.each(names)('@lamo/%s', (name) => {
  const workspace = readWorkspace(`packages/${name}`);
  const { manifest, sources } = workspace;

  test('depends on and imports only what its arrows reach', () => {
    const declared = [...shippedWith(manifest), ...Object.keys(manifest.devDependencies ?? {})];
    expect(declared.filter((dependency) => !mayImport(name, dependency))).toEqual([]);
    expect(importsThat(workspace, (_, dependency) => !mayImport(name, dependency))).toEqual([]);
  });

  test('reaches other packages by name, never by path', () => {
    const own = [join(root, workspace.folder)];
    const shared = [join(root, 'test'), join(root, 'scripts')];
    const isInside = (path: string, places: string[]) => places.some((place) => path.startsWith(`${place}/`));
    const outside = sources.flatMap((source) =>
      relativeImports(source).filter((path) => !isInside(path, source.isTest ? [...own, ...shared] : own)),
    );
    expect(outside).toEqual([]);
  });

  test('uses every dependency that it declares', () => {
    const used = new Set(sources.filter(({ isTest }) => !isTest).flatMap(packagesOf));
    const unused = Object.keys(manifest.dependencies ?? {}).filter((dependency) => !used.has(dependency));
    expect(unused).toEqual([]);
  });

  test('has an index.ts that only re-exports', () => {
    const text = sources.find(({ path }) => path.endsWith(`${workspace.folder}/src/index.ts`))?.text ?? '';
    const file = ts.createSourceFile('index.ts', text, ts.ScriptTarget.Latest);
    const others = file.statements.filter((statement) => !ts.isExportDeclaration(statement));
    expect(others.map((statement) => statement.getText(file))).toEqual([]);
    expect(file.statements.length).toBeGreaterThan(0);
  });

  test(`has no file longer than ${MOST_LINES} lines, except generated ones`, () => {
    const written = sources.filter(({ path }) => !path.includes('/generated/'));
    const long = written.filter(({ text }) => text.trimEnd().split('\n').length > MOST_LINES);
    expect(long.map(({ path }) => relative(root, path))).toEqual([]);
  });
});

test.each(WITHOUT_TENSORS)('@lamo/%s brings no tensor library, however deep', async (name) => {
  const list = pnpm('--filter', `@lamo/${name}`, 'list', '--prod', '--depth', 'Infinity', '--json');
  const { output } = await runCommand(list);
  const installed = namesIn(JSON.parse(output.slice(output.indexOf('['))));
  expect(installed).toContain(name === 'core' ? 'zod' : '@lamo/core');
  expect(installed.filter(isTensorLibrary)).toEqual([]);
});

test.each([...names.map((name) => `packages/${name}`), 'examples', 'benchmarks'])(
  'every import in %s is declared in its package.json',
  (folder) => {
    const workspace = readWorkspace(folder);
    const shipped = shippedWith(workspace.manifest);
    const besides = { ...workspace.manifest.devDependencies, ...rootManifest.devDependencies };
    const undeclared = importsThat(workspace, ({ isTest }, name) => {
      return !(shipped.includes(name) || (isTest && name in besides));
    });
    expect(undeclared).toEqual([]);
  },
);

test('onnxruntime is imported in one place of the packages, and in an example without them; both switch off its telemetry', () => {
  const workspaces = [...names.map((name) => `packages/${name}`), 'examples', 'benchmarks'].map(
    readWorkspace,
  );
  const importing = workspaces
    .flatMap(({ sources }) => sources)
    .filter(({ text }) => /^(?!import type).*(from|(?<!typeof )import\() ?'onnxruntime-/m.test(text));
  expect(importing.map(({ path }) => relative(root, path))).toEqual([
    'packages/runtime/src/devices/import-onnxruntime.ts',
    'examples/serve-node.ts',
  ]);
  for (const { text } of importing) expect(text).toMatch(/ORT_DISABLE_TELEMETRY/);
});

function importsThat({ sources }: Workspace, refuse: (source: Source, name: string) => boolean): string[] {
  return sources.flatMap((source) => {
    const refused = packagesOf(source).filter((name) => refuse(source, name));
    return refused.map((name) => `${relative(root, source.path)}: ${name}`);
  });
}

function packagesOf({ imports }: Source): string[] {
  return imports.map(packageOf).filter((name) => name !== undefined);
}

function relativeImports({ path, imports }: Source): string[] {
  return imports.filter((name) => name.startsWith('.')).map((name) => resolve(path, '..', name));
}

interface Listed {
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

/** Names of all packages in what `pnpm list --json` printed. */
function namesIn(list: readonly Listed[]): string[] {
  return list.flatMap(({ dependencies = {} }) => [
    ...Object.keys(dependencies),
    ...namesIn(Object.values(dependencies)),
  ]);
}
