import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../scripts/run-command.mjs';

// A lockfile that was written while other systems' packages were out of reach installs on one system only.
test('the lockfile has the binaries of the build tools for every system that they run on', () => {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const store = join(root, 'node_modules/.pnpm');
  const optional = ['@biomejs+biome', 'esbuild', 'rollup', 'turbo'].flatMap((tool) => {
    const folders = readdirSync(store).filter((name) =>
      new RegExp(`^${tool.replace('+', '\\+')}@\\d`).test(name),
    );
    expect(folders, tool).not.toEqual([]);
    return folders.flatMap((folder) => {
      const manifest = join(store, folder, 'node_modules', tool.replace('+', '/'), 'package.json');
      return Object.entries<string>(JSON.parse(readFileSync(manifest, 'utf8')).optionalDependencies ?? {});
    });
  });
  expect(optional.length).toBeGreaterThan(40);
  const wanted = optional.map(([name, version]) => `${name}@${/^\d/.test(version) ? version : ''}`);
  expect(wanted.filter((name) => !lockfile.includes(name))).toEqual([]);
});
