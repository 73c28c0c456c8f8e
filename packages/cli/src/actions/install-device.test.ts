import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, it, vi } from 'vitest';
import { NO_LIBRARY, startIndex } from '../../test/package-index';
import type { Terminal } from '../terminal/confirm';
import { installDevice } from './install-device';

const folder = mkdtempSync(join(tmpdir(), 'lamo-install-'));
const files = { 'jax_plugins/xla_cpu/pjrt_c_api_cpu_plugin.so': NO_LIBRARY };
const index = await startIndex([{ name: 'xla-cpu-pjrt', version: '0.0.1', files }]);
// Whoever agreed is seen to fetch the wheel, which is enough.
index.faults.push(({ url }, response) => {
  if (!url!.endsWith('.whl')) return false;
  response.writeHead(404).end();
  return true;
});
vi.stubEnv('XDG_CACHE_HOME', folder);
const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
afterAll(async () => {
  vi.unstubAllEnvs();
  said.mockRestore();
  await index.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['n', false],
  ['y', true],
])('answered by %s, what was announced is fetched: %s', async (typed, isFetched) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const terminal = { input, output } as unknown as Terminal;
  input.write(`${typed}\r`);
  const installed = installDevice('cpu', { index: index.address }, terminal);
  const notConfirmed = { code: 'not-confirmed' };
  if (isFetched) await expect(installed).rejects.not.toMatchObject(notConfirmed);
  else await expect(installed).rejects.toMatchObject(notConfirmed);
  expect(said.mock.calls.flat().join('')).toContain('1 wheel with the plug-in for the processor: 0.1 MB');
  expect(index.served.some(({ url }) => url.endsWith('.whl'))).toBe(isFetched);
});
