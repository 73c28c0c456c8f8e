import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelTable } from './kernel-table';

it('the page of kernels is what the compiler says now: pnpm run docs writes it anew', () => {
  const page = new URL('../../../../docs/generated/kernels.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toBe(kernelTable());
});
