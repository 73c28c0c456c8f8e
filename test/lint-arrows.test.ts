import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, runCommand } from '../scripts/run-command.mjs';
import { ARROWS, mayImport } from './arrows';

const names = Object.keys(ARROWS);
const specifiers = [
  ...names.map((name) => `@lamo/${name}`),
  '@tensorflow/tfjs-core',
  'onnxruntime-node',
  'zod',
];
const folder = mkdtempSync(join(tmpdir(), 'lamo-lint-'));
let report = '';

// In every package one file that imports everything, a line each.
beforeAll(async () => {
  for (const file of ['biome.json', '.gitignore']) cpSync(join(root, file), join(folder, file));
  for (const name of names) {
    const source = join(folder, 'packages', name, 'src');
    mkdirSync(source, { recursive: true });
    writeFileSync(
      join(source, 'probe.ts'),
      specifiers.map((specifier) => `import '${specifier}';\n`).join(''),
    );
  }
  const biome = [process.execPath, join(root, 'node_modules/@biomejs/biome/bin/biome')];
  const options = ['--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=github'];
  ({ output: report } = await runCommand([...biome, 'lint', ...options], folder));
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each(names)('the linter refuses exactly the imports that go against the arrows of @lamo/%s', (name) => {
  const places = report.matchAll(new RegExp(`packages/${name}/src/probe\\.ts,line=(\\d+)`, 'g'));
  const refused = [...places].map(([, line]) => specifiers[Number(line) - 1]);
  // A package may name itself: its own tests read it as users do.
  const others = (specifier: string | undefined) => specifier !== `@lamo/${name}`;
  const expected = specifiers.filter((specifier) => !mayImport(name, specifier));
  expect(refused.filter(others).sort()).toEqual(expected.filter(others).sort());
});
