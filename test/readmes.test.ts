import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import ts from 'typescript';
import { afterEach, expect, test, vi } from 'vitest';
import { root } from '../scripts/run-command.mjs';

const packages = readdirSync(join(root, 'packages'));
const examples = packages.flatMap((name) =>
  examplesOf(name).map((code, i) => ({ title: `@lamo/${name}, example ${i + 1}`, code })),
);

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
  const imported = Array.from(code.matchAll(/from '@lamo\/([a-z]+)'/g), ([, name]) => name!);
  const modules = new Map<string, unknown>();
  for (const name of imported) {
    modules.set(`@lamo/${name}`, await import(join(root, 'packages', name, 'src/index.ts')));
  }
  const AsyncFunction = Object.getPrototypeOf(runExample).constructor;
  await new AsyncFunction('require', 'exports', outputText)((name: string) => modules.get(name), {});
}
