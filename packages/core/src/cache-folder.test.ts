import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from './cache-folder';

it.each<[string, NodeJS.ProcessEnv]>([
  ['is not set', {}],
  ['is empty', { XDG_CACHE_HOME: '' }],
])('what can be made again is kept below the home where XDG_CACHE_HOME %s', (_, environment) => {
  expect(cacheFolder('tokens', environment, '/home/me')).toBe(join('/home/me', '.cache', 'lamo', 'tokens'));
  expect(cacheFolder('tokens', environment)).toBe(join(homedir(), '.cache', 'lamo', 'tokens'));
});

it('XDG_CACHE_HOME says where instead', () => {
  const environment = { XDG_CACHE_HOME: '/elsewhere' };
  expect(cacheFolder('xla', environment, '/home/me')).toBe(join('/elsewhere', 'lamo', 'xla'));
});
