import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lamoCommand } from './lamo';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lamo-outside-')));
const inFolder = (...names: string[]) => join(folder, ...names);

/** Everything that people are used to finding things in, empty and of our own. */
const places = {
  HOME: 'home',
  USERPROFILE: 'home',
  XDG_CONFIG_HOME: 'settings',
  APPDATA: 'settings',
  XDG_CACHE_HOME: 'cache',
  LOCALAPPDATA: 'cache',
  TMPDIR: 'temporary',
  TMP: 'temporary',
  TEMP: 'temporary',
};

/** In these, onnxruntime would be quiet by itself: it takes the machine for one that builds software. */
const BUILD_MACHINE =
  /^(CI|TF_BUILD|GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|JENKINS_URL|CODEBUILD_BUILD_ID|BUILDKITE|TEAMCITY_VERSION|APPVEYOR|BITBUCKET_BUILD_NUMBER)$/;

const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !BUILD_MACHINE.test(name) && !/TELEMETRY/.test(name)),
  ),
  ...Object.fromEntries(Object.entries(places).map(([name, place]) => [name, inFolder(place)])),
  // What compiles our sources for this test keeps nothing.
  TSX_DISABLE_CACHE: '1',
  NO_COLOR: '1',
};

const TRACE = inFolder('trace.txt');
const TRACER = [
  'strace',
  '-f',
  '--seccomp-bpf',
  '-qq',
  '-A',
  '-o',
  TRACE,
  '-e',
  'trace=network,openat,open,creat,mkdir,mkdirat',
];
const isTraced =
  spawnSync('strace', ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=none', process.execPath, '--version'])
    .status === 0;

beforeAll(() => {
  for (const place of ['work', ...new Set(Object.values(places))]) mkdirSync(inFolder(place));
  writeFileSync(inFolder('work', 'text.txt'), 'Some words, and some more of them.\n'.repeat(20));
  run('collect', 'maze2d-umaze-v1', '--rows', '300', '--out', 'data.hdf5');
  // Tokenizer, text, language model, simulation, and several processes.
  const small = [
    '--batch-size',
    '4',
    '--context-length',
    '2',
    '--text-length',
    '16',
    '--text-batch-size',
    '1',
  ];
  const text = ['--text', 'text.txt', '--text-weight', '0.1'];
  const evaluation = ['--environment', 'maze2d-umaze-v1', '--episodes', '1', '--target-returns', '1'];
  run(
    'train',
    'lamo',
    '--dataset',
    'data.hdf5',
    '--steps',
    '1',
    '--seeds',
    '2',
    ...small,
    ...text,
    ...evaluation,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

it('a run leaves nothing in the home folder, the temporary folder or the settings', () => {
  for (const place of ['home', 'settings', 'temporary'])
    expect(readdirSync(inFolder(place)), place).toEqual([]);
});

it('a run leaves in the cache nothing but what lamo keeps there', () => {
  expect(readdirSync(inFolder('cache')).filter((name) => name !== 'lamo')).toEqual([]);
});

it('a run makes no file outside of its folder and the cache', (context) => {
  if (!isTraced) return context.skip('tracing takes strace, on Linux');
  const made = [
    ...readFileSync(TRACE, 'utf8').matchAll(/\b(?:open|openat|creat|mkdir|mkdirat)\((.*)\) = \d/g),
  ];
  const paths = made
    .map(([, given = '']) => given)
    .filter((given) => /O_CREAT/.test(given) || !/O_[A-Z]/.test(given))
    .map((given) => resolve(inFolder('work'), /"(.*?)"/.exec(given)?.[1] ?? ''));
  expect(paths.length).toBeGreaterThan(5);
  const isOurs = (path: string) => ['work', 'cache'].some((place) => path.startsWith(`${inFolder(place)}/`));
  expect(paths.filter((path) => !isOurs(path))).toEqual([]);
});

it('a run reaches no other machine, and looks up no name', (context) => {
  if (!isTraced) return context.skip('tracing takes strace, on Linux');
  const calls = readFileSync(TRACE, 'utf8').split('\n');
  expect(calls.filter((call) => /AF_INET|nscd|systemd\/resolve/.test(call))).toEqual([]);
});

function run(...args: string[]): void {
  const [program = '', ...rest] = [...(isTraced ? TRACER : []), ...lamoCommand(args)];
  const { status, stderr } = spawnSync(program, rest, {
    cwd: inFolder('work'),
    env: environment,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`lamo ${args.join(' ')} ended with ${status}:\n${stderr}`);
}
