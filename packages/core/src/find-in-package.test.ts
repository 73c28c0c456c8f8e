import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findInPackage } from './find-in-package';

it('finds a file of the package from within its sources', () => {
  const found = findInPackage(import.meta.url, 'package.json')!;
  expect(JSON.parse(readFileSync(found, 'utf8')).name).toBe('@lamo/core');
  expect(findInPackage(import.meta.url, 'src', 'errors.ts')).toBe(join(found, '..', 'src', 'errors.ts'));
});

it('finds nothing where there is nothing', () => {
  expect(findInPackage(import.meta.url, 'no-such-folder', 'no-such-file')).toBeUndefined();
});
