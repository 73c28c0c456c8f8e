import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importKoffi } from '@lamo/core/koffi';
import { afterAll } from 'vitest';

/** Why tests with a plug-in of our own cannot run here, or undefined if they can. */
export const missingCompiler = findCompiler();

/** Compiles plugin.c, for the tests of this file. @param flags as `-DMINOR=80` */
export function buildPlugin(...flags: string[]): string {
  return compile(fileURLToPath(new URL('plugin.c', import.meta.url)), flags);
}

/** Compiles any C text to a library. @param flags also libraries that it needs */
export function buildLibrary(text: string, ...flags: string[]): string {
  const source = join(makeFolder(), 'library.c');
  writeFileSync(source, text);
  return compile(source, flags);
}

function compile(source: string, flags: readonly string[]): string {
  const file = join(makeFolder(), 'plugin.so');
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-Wall',
    '-Werror',
    '-o',
    file,
    source,
    ...flags,
    '-lpthread',
  ]);
  return file;
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-pjrt-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What a plug-in of ours tells tests, and what tests tell it. */
export async function inspectPlugin(file: string) {
  const library = (await importKoffi()).load(file);
  return {
    /** What it was called with wrongly, a sentence a line. */
    violations: library.func('const char *test_violations()') as () => string,
    /** What it was called with since the last question, a line a call. */
    received: library.func('const char *test_received()') as () => string,
    /** How many handles of a kind were made and not destroyed. */
    alive: library.func('int test_alive(const char *kind)') as (kind: string) => number,
    /** Makes the next call of a function fail. */
    fail: library.func('void test_fail(const char *name, int code, const char *message)') as (
      name: string,
      code: number,
      message: string,
    ) => void,
    /** Makes the outputs of executions fail with a code from now on, or with 0 succeed. */
    failLater: library.func('void test_fail_later(int code)') as (code: number) => void,
    /** Lets events wait, or ends their waiting. */
    hold: library.func('void test_hold(bool hold)') as (hold: boolean) => void,
    /** Sets the limit of memory that it reports. */
    limitMemory: library.func('void test_memory_limit(double bytes)') as (bytes: number) => void,
    /** Where the fields of its structs lie: struct, field, offset, size. */
    layout: library.func('const char *test_layout()') as () => string,
  };
}

function findCompiler(): string | undefined {
  if (process.platform === 'win32') return 'the plug-in for tests uses POSIX threads';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no C compiler, cc';
  }
}
