import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, vi } from 'vitest';
import { catalogueFile } from './collect-catalogue';
import { lamoCommand } from './lamo';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

it('the catalogue is what the packages offer now: pnpm run docs writes it anew', () => {
  const file = readFileSync(new URL('../src/generated/catalogue.json', import.meta.url), 'utf8');
  expect(file).toBe(catalogueFile());
});

/** Writes down every module that is loaded. */
const REPORTER = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) {
    writeSync(2, 'loaded ' + url + '\\n');
    return next(url, context);
  }
`;
const asModule = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
const START = asModule(
  `import { register } from 'node:module'; register(${JSON.stringify(asModule(REPORTER))});`,
);

it.each([
  '',
  '--version',
  'list',
  'train --help',
  'train lamo --help',
  'inspect --help',
  'collect --help',
  'evaluate --help',
  'generate --help',
  'perplexity --help',
  'pretrain --help',
  'quickstart --help',
  'report --help',
  'train lamo --stps 5',
])('lamo %s: no tensor library, physics engine or package that needs one is loaded', (args) => {
  const [program, ...rest] = lamoCommand(args.split(' ').filter((arg) => arg !== ''));
  const { stderr } = spawnSync(program, ['--import', START, ...rest], { cwd: tmpdir(), encoding: 'utf8' });
  const loaded = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = '']) => url);
  expect(loaded.some((url) => url.endsWith('cli/dist/main.js'))).toBe(true);
  const heavy = /tensorflow|onnxruntime|@mujoco|h5wasm|packages\/(algos|models|runtime)\//;
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
});
