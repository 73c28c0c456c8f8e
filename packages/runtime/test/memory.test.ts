import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('keeps resident memory flat over 20,000 compiled steps', { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL('many-steps.ts', import.meta.url));
  const flags = ['--expose-gc', '--conditions=@lamo/source', '--import=tsx', script];
  const { resident } = JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
  const [before, after] = resident as [number, number];
  // A busy machine takes unused pages back, so it may fall; a leak makes it rise.
  expect(after / before).toBeLessThan(1.05);
});
