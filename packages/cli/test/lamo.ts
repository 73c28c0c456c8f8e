import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';

/** How a command ended. */
export interface Outcome {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const STOP_AT_CHECKPOINT = new URL('stop-at-checkpoint.mjs', import.meta.url).href;

const running = new Set<ChildProcess>();

/** Ends what a failed test has left running. */
export function stopAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Program and arguments that run `lamo` as it was built, or another entry from the sources. */
export function lamoCommand(args: readonly string[], entry = MAIN): [string, ...string[]] {
  return entry === MAIN
    ? [process.execPath, MAIN, ...args]
    : [process.execPath, '--conditions=@lamo/source', '--import', TSX, entry, ...args];
}

/** Starts `lamo` as a user would, or another entry, in a process of its own. */
export function startLamo(
  args: readonly string[],
  cwd: string,
  entry?: string,
  env: NodeJS.ProcessEnv = {},
): Running {
  const [program, ...rest] = lamoCommand(args, entry);
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.on('close', () => running.delete(child));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
  return { process: child, outcome };
}

/** Runs a training that gets a signal the moment its first checkpoint is there, however few steps are left. */
export function stopAtCheckpoint(
  args: readonly string[],
  cwd: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<Outcome> {
  const env = { NODE_OPTIONS: `--import ${STOP_AT_CHECKPOINT}`, LAMO_TEST_SIGNAL: signal };
  return startLamo(args, cwd, undefined, env).outcome;
}

/** Runs `lamo` to its end. @param env what its environment has besides; undefined for what it has not */
export function lamo(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Outcome> {
  return startLamo(args, cwd, undefined, env).outcome;
}

/** Runs `lamo` and throws what it printed if it failed. */
export async function lamoSucceeds(
  args: readonly string[],
  cwd: string,
  env?: NodeJS.ProcessEnv,
): Promise<Outcome> {
  return requireSuccess(args, await lamo(args, cwd, env));
}

/** Returns how a command ended, and throws what it printed if it failed. */
export function requireSuccess(args: readonly string[], outcome: Outcome): Outcome {
  if (outcome.code !== 0)
    throw new Error(`lamo ${args.join(' ')} ended with ${outcome.code}:\n${outcome.stderr}`);
  return outcome;
}

/** One message of a few sentences, no stack trace, and an exit code that says so. */
export function expectRefusal({ code, stdout, stderr }: Outcome, ...parts: (string | RegExp)[]): void {
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stderr.match(/error:/g)).toHaveLength(1);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}
