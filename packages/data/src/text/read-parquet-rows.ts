import { type ChildProcess, fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LamoError } from '@lamo/core';
import { MOST_GROWTH, mostText } from './most-text';

/** Memory of the decoding process, in bytes: row groups of datasets on the hub need a tenth of it. */
const MOST_BYTES = 2 * 2 ** 30;

/** Seconds of CPU time for a row group: a base, and one more for each megabyte of the file, which usually takes a tenth of that. */
const mostSeconds = (path: string) => 6 + (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 1e6;

/** Milliseconds to wait for a row group at most: the machine may be busy. */
const LONGEST_WAIT = 300_000;

/** Limits of {@link readParquetRows}, smaller for tests. */
export interface ParquetLimits {
  readonly bytes?: number;
  readonly seconds?: number;
  /** Characters of all that is read; a number counts as eight. */
  readonly characters?: number;
}

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  /** How it is stored, for humans: `BYTE_ARRAY`, `DOUBLE`, `group`. */
  readonly type: string;
  readonly isText: boolean;
}

/** Beside this file in the sources, which are part of the package. */
const CHILD = new URL(
  import.meta.url.endsWith('.ts') ? './parquet-child.mjs' : '../src/text/parquet-child.mjs',
  import.meta.url,
);

type Answer =
  | { readonly columns: readonly ParquetColumn[] }
  | { readonly rows: readonly (readonly unknown[])[]; readonly sizes: readonly number[] }
  | { readonly damage: string };

/**
 * Reads rows of a Parquet file, one row group in memory at a time: for each the values of the chosen columns, in their order, as JSON has them, and null
 * where there is none. The file is decoded in a process of its own: the library trusts every count in it, and a small file can make it use any
 * amount of memory and time.
 *
 * @param choose gives the names of some of the columns
 * @throws LamoError `damaged-file`, `too-large`, and what `choose` throws
 */
export async function* readParquetRows(
  path: string,
  choose: (columns: readonly ParquetColumn[]) => readonly string[],
  { bytes = MOST_BYTES, seconds = mostSeconds(path), characters }: ParquetLimits = {},
): AsyncGenerator<readonly unknown[]> {
  const child = fork(fileURLToPath(CHILD), [path, String(bytes), String(seconds)], {
    execArgv: [`--max-old-space-size=${Math.ceil(bytes / 2 ** 20)}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const fail = (reason: string) => tooMuch(path, bytes, seconds, reason);
  let wanted: readonly string[] = [];
  let length = 0;
  try {
    const most = characters ?? mostText(path);
    for (;;) {
      const answer = await ask(child, wanted, fail);
      if ('damage' in answer) throw damaged(path, answer.damage);
      if ('columns' in answer) {
        wanted = choose(answer.columns);
        continue;
      }
      if (answer.rows.length === 0) return;
      for (const [i, row] of answer.rows.entries()) {
        length += answer.sizes[i]!;
        if (length > most) throw tooLong(path, most);
        yield row;
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** Asks for the next answer, and waits until it arrives, the process ends, or the time is up. */
function ask(
  child: ChildProcess,
  wanted: readonly string[],
  fail: (reason: string) => LamoError,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners();
      act();
    };
    const give = (reason: string) => settle(() => reject(fail(reason)));
    const timer = setTimeout(give, LONGEST_WAIT, `no answer for ${LONGEST_WAIT / 1000} s`);
    child.once('message', (answer) => settle(() => resolve(answer as Answer)));
    child.once('exit', (code, signal) => give(`the process that reads it ended (${signal ?? code})`));
    child.once('error', ({ message }) => give(message));
    if (child.connected) child.send([...wanted], () => {});
    else give('the process that reads it ended');
  });
}

function damaged(path: string, received: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'damaged-file',
    problem: `${path} cannot be read as Parquet`,
    received,
    hint: 'Download it again: it may be cut off, or not be a Parquet file.',
  });
}

/** A dictionary lets a few bytes represent any text, any number of times. */
function tooLong(path: string, most: number): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} expands to far more than text does`,
    expected: `at most ${most} characters, about ${MOST_GROWTH} for each byte of the file`,
    received: 'more',
    hint: 'It may be damaged: download it again. If it is as it should be, save it as .jsonl.',
  });
}

function tooMuch(path: string, bytes: number, seconds: number, received: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} takes more memory or time than a file of text should`,
    expected: `at most ${Math.round(bytes / 2 ** 20)} MB and ${Math.ceil(seconds)} s of CPU time for one group of rows`,
    received,
    hint: 'It may be damaged: download it again. If it is as it should be, save it with smaller row groups, or as .jsonl.',
  });
}
