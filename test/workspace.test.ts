import { expect, test } from 'vitest';
import { listImports, packageOf } from './workspace';

test('listImports finds every kind of import, and none in comments or strings', () => {
  const text = `/// <reference types="referred-to" />
    import a from 'static';
    import 'side-effect';
    import type { B } from 'type-only';
    export { c } from 're-export';
    export * from 'everything';
    // import d from 'comment';
    const text = "import e from 'string'";
    const f = await import('dynamic');
    type G = import('in-a-type').G;
  `;
  const found = [
    '@types/referred-to',
    'static',
    'side-effect',
    'type-only',
    're-export',
    'everything',
    'dynamic',
    'in-a-type',
  ];
  expect(listImports(text)).toEqual(found);
});

test('packageOf drops the path inside a package and knows what is no package', () => {
  expect(packageOf('@tensorflow/tfjs-core/dist/ops')).toBe('@tensorflow/tfjs-core');
  expect(packageOf('zod/v4')).toBe('zod');
  expect(packageOf('./rng')).toBeUndefined();
  expect(packageOf('node:fs')).toBeUndefined();
});
