import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test('a recording that is nowhere is noted by name, and one that is there is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-missing-'));
  const notes = join(folder, 'notes');
  vi.stubEnv('LAMO_MISSING', notes);
  const { fixturePath } = await import('./fixtures');
  expect(fixturePath('corl/nothing.json')).toBeUndefined();
  expect(fixturePath('corl/bc.json')).toMatch(/corl\/bc\.json$/);
  expect(fixturePath('d4rl/nothing.hdf5')).toBeUndefined();
  expect(readFileSync(notes, 'utf8')).toBe('corl/nothing.json\nd4rl/nothing.hdf5\n');
  rmSync(folder, { recursive: true });
});

test('recordings beside the repository can be left out, as a fresh clone has none', async () => {
  vi.stubEnv('LAMO_RECORDINGS', 'none');
  const { fixturePath, sharedDataPath } = await import('./fixtures');
  expect(fixturePath('corl/bc.json')).toMatch(/test\/fixtures\/corl\/bc\.json$/);
  expect(fixturePath('corl/cql.json')).toBeUndefined();
  expect(sharedDataPath('wikitext-2')).toBeUndefined();
});
