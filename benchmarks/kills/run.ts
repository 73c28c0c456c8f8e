/**
 * `pnpm bench:kills [--only NAME] [--random N] [--every N]`: kills commands at every fsync, rename and removal, and at random moments,
 * then goes on as a user would. What comes out must be what an undisturbed command gives, with no file left over.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Rng } from '@lamo/core';
import { type Scenario, scenarios, writeLog } from './scenarios';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    random: { type: 'string', default: '10' },
    every: { type: 'string', default: '1' },
  },
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly milliseconds: number;
}

/** One kill: at an operation, or after some milliseconds. */
type Kill = { readonly operation: number; readonly what: string } | { readonly after: number };

const MAIN = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const PRELOAD = new URL('./kill-at.mjs', import.meta.url).href;

const root = mkdtempSync(join(tmpdir(), 'lamo-kills-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const material = join(root, 'material');
await makeMaterial();
const failures: string[] = [];
console.log('| | kills | identical afterwards |\n|---|---:|---:|');
let total = 0;
let folders = 0;
for (const scenario of scenarios(material)) {
  if (values.only !== undefined && values.only !== scenario.name) continue;
  await runScenario(scenario);
}
console.log(`\n${total} kills, ${failures.length} failures`);
process.exitCode = failures.length === 0 && total > 0 ? 0 : 1;

async function runScenario(scenario: Scenario): Promise<void> {
  const { folder, ended, operations } = await undisturbed(scenario);
  const expected = await scenario.result(folder);
  const rng = Rng.fromSeed(0).split(scenario.name);
  const every = Number(values.every);
  const kills: Kill[] = [
    ...operations.map((what, i) => ({ operation: i + 1, what })).filter((_, i) => i % every === 0),
    ...Array.from({ length: Number(values.random) }, () => ({ after: rng.uniform(0, ended.milliseconds) })),
  ];
  let identical = 0;
  const queue = kills.values();
  const lane = async () => {
    for (const kill of queue) {
      const failure = await tryKill(scenario, kill, expected);
      if (failure === undefined) identical++;
      else {
        failures.push(`${scenario.name}, killed ${describe(kill)}: ${failure}`);
        console.error(failures.at(-1));
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  total += kills.length;
  console.log(`| ${scenario.name} | ${kills.length} | ${identical} |`);
}

/** Runs the command to its end and lists its operations. */
async function undisturbed(scenario: Scenario) {
  const folder = freshFolder(scenario);
  const count = join(root, 'operations.json');
  const ended = await lamo(scenario.args, folder, { LAMO_KILL_COUNT: count });
  if (ended.code !== 0) throw new Error(`${scenario.name} fails undisturbed:\n${ended.output}`);
  return { folder, ended, operations: JSON.parse(readFileSync(count, 'utf8')) as string[] };
}

/** @returns what went wrong */
async function tryKill(scenario: Scenario, kill: Kill, expected: unknown): Promise<string | undefined> {
  const folder = freshFolder(scenario);
  try {
    if ('after' in kill) await lamo(scenario.args, folder, {}, kill.after);
    else await lamo(scenario.args, folder, { LAMO_KILL_AT: String(kill.operation) });
    const args = scenario.follow(folder);
    if (args !== undefined) {
      const { code, output } = await lamo(args, folder);
      if (code !== 0)
        return `'lamo ${args.slice(0, 3).join(' ')} …' then ends with ${code}: ${output.slice(-800)}`;
    }
    const found = await scenario.result(folder);
    return isDeepStrictEqual(found, expected) ? undefined : `differs:\n${difference(found, expected)}`;
  } catch (error) {
    return String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function freshFolder(scenario: Scenario): string {
  const folder = join(root, `case-${++folders}`);
  mkdirSync(folder);
  scenario.prepare(folder);
  return folder;
}

function lamo(
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
  killAfter?: number,
): Promise<Ended> {
  const start = performance.now();
  const env = { ...process.env, XDG_CACHE_HOME: join(cwd, '.cache'), NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => killAll(child.pid!), killAfter);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output, milliseconds: performance.now() - start });
    });
  });
}

/** As a scheduler does, or a machine that loses power: the processes that it started die with it. */
function killAll(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function makeMaterial(): Promise<void> {
  mkdirSync(material);
  const words = ['the', 'cat', 'dog', 'sees', 'hears', 'a', 'bird', 'and', 'sings'];
  const rng = Rng.fromSeed(1);
  const sentence = () => Array.from({ length: 8 }, () => words[rng.integer(words.length)]).join(' ');
  writeFileSync(join(material, 'text.txt'), Array.from({ length: 200 }, () => `${sentence()} .\n`).join(''));
  const pair = (word: string) => JSON.stringify({ prompt: `Say ${word}:`, completion: ` ${word}` });
  writeFileSync(join(material, 'pairs.jsonl'), words.map((word) => `${pair(word)}\n`).join(''));
  writeLog(join(material, 'other.csv'), 0);
  const commands = [
    ['data', 'prepare', 'other.csv', '--ends', 'truncated', '--out', 'set'],
    ['collect', 'maze2d-umaze-v1', '--rows', '500', '--out', 'data.hdf5'],
    [
      'train',
      'td3-bc',
      '--dataset',
      'data.hdf5',
      '--steps',
      '20',
      '--seed',
      '9',
      '--out',
      'earlier',
      '--hidden-size',
      '8',
      '--batch-size',
      '8',
      '--threads',
      '1',
      '--environment',
      'maze2d-umaze-v1',
      '--episodes',
      '1',
      '--evaluate-every',
      '10',
    ],
  ];
  for (const args of commands) {
    const { code, output } = await lamo(args, material);
    if (code !== 0) throw new Error(`lamo ${args[0]} fails: ${output}`);
  }
}

function describe(kill: Kill): string {
  return 'after' in kill
    ? `after ${kill.after.toFixed(0)} ms`
    : `before operation ${kill.operation}, ${kill.what}`;
}

function difference(found: unknown, expected: unknown): string {
  const [a, b] = [found, expected].map((value) => value as Record<string, unknown>);
  const names = new Set([...Object.keys(a!), ...Object.keys(b!)]);
  const different = [...names].filter((name) => !isDeepStrictEqual(a![name], b![name]));
  return different
    .map((name) => `  ${name}: ${name in a! ? '' : 'missing'}${name in b! ? '' : 'left over'}`)
    .join('\n');
}
