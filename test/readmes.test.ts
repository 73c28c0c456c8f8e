import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import ts from 'typescript';
import { afterEach, expect, test, vi } from 'vitest';
import { root } from '../scripts/run-command.mjs';

const packages = readdirSync(join(root, 'packages'));
/** The command's README has shell lines, which its own tests run. */
const libraries = packages.filter((name) => name !== 'cli');
const examples = libraries.flatMap((name) =>
  examplesOf(name).map((code, i) => ({ title: `@lamo/${name}, example ${i + 1}`, code })),
);

test.each(libraries)('the README of @lamo/%s has an example', (name) => {
  expect(examplesOf(name)).not.toEqual([]);
});

afterEach(() => vi.restoreAllMocks());

test.each(examples)(
  'the README of $title runs, and prints what its comments say',
  async ({ code }) => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) =>
      printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')),
    );
    await runExample(code);
    const promised = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.*)/g), (match) => match[1]);
    expect(printed).toEqual(expect.arrayContaining(promised));
    expect(printed.length).toBeGreaterThan(0);
  },
  60_000,
);

function examplesOf(name: string): string[] {
  const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
  return Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!);
}

/** Runs an example in this process, on the sources of the packages that it imports. */
async function runExample(code: string): Promise<void> {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  const imported = Array.from(code.matchAll(/from '([^']+)'/g), ([, name]) => name!);
  const modules = new Map(await Promise.all(imported.map(async (name) => [name, await load(name)] as const)));
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor;
  await new AsyncFunction('require', 'exports', outputText)((name: string) => modules.get(name), {});
}

/** Imports a package: ours from its sources, and what they are used with from `node_modules`. */
function load(name: string): Promise<unknown> {
  const [, own] = /^@lamo\/([a-z]+)$/.exec(name) ?? [];
  return own === undefined ? import(name) : import(join(root, 'packages', own, 'src/index.ts'));
}
