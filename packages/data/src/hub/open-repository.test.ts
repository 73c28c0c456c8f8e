import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMIT, type HubServer, startHub } from '../../test/hub-server';
import { openRepository, type RepositoryOptions } from './open-repository';

const weights = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * i) % 251));
const files = { 'config.json': Buffer.from('{"model_type":"gpt2"}'), 'model.safetensors': weights };

let hub: HubServer;
let cacheFolder: string;
let options: RepositoryOptions;
beforeEach(async () => {
  hub = await startHub('openai/tiny', files);
  cacheFolder = mkdtempSync(join(tmpdir(), 'lamo-hub-'));
  options = { endpoint: hub.endpoint, cacheFolder, token: '', offline: false, retryDelay: 1 };
});
afterEach(async () => {
  await hub.close();
  rmSync(cacheFolder, { recursive: true });
});

const fetchFile = async (file: string, more: RepositoryOptions = {}) =>
  (await openRepository('openai/tiny', { ...options, ...more })).path(file);
const blobs = () => readdirSync(join(cacheFolder, 'models--openai--tiny/blobs')).sort();
const sha256 = createHash('sha256').update(weights).digest('hex');
const failure = (code: string, text: string | RegExp = '') =>
  expect.objectContaining({ code, message: expect.stringMatching(text) });

describe('a repository of the hub', () => {
  it('names its commit and its files', async () => {
    const { commit, files } = await openRepository('openai/tiny', options);
    expect({ commit, files }).toEqual({ commit: COMMIT, files: ['config.json', 'model.safetensors'] });
  });

  it('is kept as huggingface_hub for Python keeps it', async () => {
    const path = await fetchFile('model.safetensors');
    await fetchFile('config.json');
    const folder = join(cacheFolder, 'models--openai--tiny');
    expect(path).toBe(join(folder, 'snapshots', COMMIT, 'model.safetensors'));
    expect(readlinkSync(path)).toBe(join('../../blobs', sha256));
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(readFileSync(join(folder, 'refs/main'), 'utf8')).toBe(COMMIT);
    // What `git hash-object` says of the small file.
    expect(blobs()).toEqual([sha256, '681c693376013230a961d427942459a2ac613f60'].sort());
  });
});
