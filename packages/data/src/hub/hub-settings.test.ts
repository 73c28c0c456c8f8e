import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubSettings } from './hub-settings';

it('an empty environment means the public hub and the standard cache', () => {
  const { endpoint, cacheFolder, offline } = hubSettings({}, {});
  expect({ endpoint, cacheFolder, offline }).toEqual({
    endpoint: 'https://huggingface.co',
    cacheFolder: join(homedir(), '.cache/huggingface/hub'),
    offline: false,
  });
});

it.each([
  [{ HF_HOME: '/h' }, '/h/hub'],
  [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
  [{ HF_HOME: '/h', HF_HUB_CACHE: '/c' }, '/c'],
])('%j keeps files in %s', (environment, folder) => {
  expect(hubSettings({}, environment).cacheFolder).toBe(folder);
});

it('options have the last word over the environment', () => {
  const environment = { HF_ENDPOINT: 'https://a', HF_TOKEN: 'a', HF_HUB_CACHE: '/a', HF_HUB_OFFLINE: '1' };
  expect(hubSettings({}, environment)).toMatchObject({
    endpoint: 'https://a',
    token: 'a',
    cacheFolder: '/a',
    offline: true,
  });
  const options = { endpoint: 'https://b/', token: 'b', cacheFolder: '/b', offline: false };
  expect(hubSettings(options, environment)).toMatchObject({ ...options, endpoint: 'https://b' });
});

it('a token that the Hugging Face command line saved is found', () => {
  const home = mkdtempSync(join(tmpdir(), 'lamo-token-'));
  writeFileSync(join(home, 'token'), 'hf_saved\n');
  expect(hubSettings({}, { HF_HOME: home }).token).toBe('hf_saved');
  expect(hubSettings({}, { HF_HOME: home, HF_TOKEN: 'hf_set' }).token).toBe('hf_set');
  expect(hubSettings({ token: '' }, { HF_HOME: home }).token).toBeUndefined();
  rmSync(home, { recursive: true });
});

describe('what is secret is not shown where it is wrong', () => {
  it.each(['hf_se\ncret', 'hf_secret\u0000', 'hf_secrét', 'hf_se cret', '\u201chf_secret\u201d'])(
    'a token %j',
    (token) => {
      const open = () => hubSettings({ token });
      expect(open).toThrow(expect.objectContaining({ code: 'invalid-token' }));
      expect(open).not.toThrow(/hf_se|cret/);
    },
  );

  it.each([
    'https://me:hf_secret@huggingface.co',
    'https://hf_secret@huggingface.co',
    'huggingface.co',
    'ftp://a',
  ])('an endpoint %j', (endpoint) => {
    const open = () => hubSettings({ endpoint, token: '' });
    expect(open).toThrow(expect.objectContaining({ code: 'invalid-endpoint' }));
    expect(open).not.toThrow(/hf_secret/);
  });
});
