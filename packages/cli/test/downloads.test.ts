import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type HubServer, startHub } from '../../../test/hub-server';
import { startLamo, stopAll } from './lamo';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-downloads-'));
const blobs = join(folder, 'models--openai--tiny', 'blobs');
const weights = Buffer.alloc(4_000_000, 1);
let hub: HubServer;

beforeAll(async () => {
  const config = Buffer.from('{"model_type":"gpt2"}');
  hub = await startHub('openai/tiny', { 'config.json': config, 'model.safetensors': weights });
  writeFileSync(join(folder, 'x.txt'), 'a few words '.repeat(100));
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_HUB_CACHE', folder);
  vi.stubEnv('HF_HUB_OFFLINE', '0');
});

afterAll(async () => {
  stopAll();
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['generate', ['generate', 'openai/tiny', '--prompt', 'a']],
  [
    'pretrain',
    [
      ...['pretrain', '--initialise-from', 'openai/tiny', '--tokenizer', 'nano', '--context', '16'],
      ...['--text', 'x.txt', '--steps', '1', '--out', 'x'],
    ],
  ],
])('Ctrl-C in a download of lamo %s says what is kept, and is not reported as a bug', async (_, args) => {
  rmSync(blobs, { recursive: true, force: true });
  // Half of the file, and then nothing.
  hub.faults.push((_request, response, body) => {
    if (body === undefined) return false;
    response.writeHead(200, { 'content-length': weights.length });
    response.write(body.subarray(0, 2_000_000));
    return true;
  });
  const { process: child, outcome } = startLamo(args, folder);
  const received = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.incomplete'))
      .map((path) => statSync(join(folder, path)).size)[0];
  while (received() !== 2_000_000 && child.exitCode === null) await setTimeout(20);
  child.kill('SIGINT');
  const { code, stderr } = await outcome;
  expect(stderr).toContain('2.0 of 4.0 MB of model.safetensors are kept');
  expect(stderr).not.toMatch(/bug|error/);
  expect(code).toBe(130);
  expect(received()).toBe(2_000_000);
});
