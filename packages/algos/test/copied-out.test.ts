import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileErrors } from '../../../test/compile-errors';

const folder = new URL('../src/algorithms/', import.meta.url);

test('every algorithm compiles when its file is copied out of the repository', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const copies = files.map((name) => ({
    name,
    code: readFileSync(new URL(name, folder), 'utf8').replaceAll(/from '\.[^']*'/g, "from '@lamo/algos'"),
  }));
  expect(copies.length).toBeGreaterThan(11);
  expect(compileErrors(copies)).toEqual([]);
}, 120_000); // Seconds on a free machine; the limit is for busy ones.
