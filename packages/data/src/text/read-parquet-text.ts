import { type ChildProcess, fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LamoError } from '@lamo/core';
import { MOST_GROWTH, mostText } from './most-text';

/** Memory that the process which decodes may have: the row group of a data set of the hub needs a tenth. */
const MOST_BYTES = 2 * 2 ** 30;

/** Seconds of computing for a row group: some, and one more for each megabyte of the file, which takes a tenth of that. */
const mostSeconds = (path: string) => 6 + (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 1e6;

/** Milliseconds to wait for one at all: the machine may do other things. */
const LONGEST_WAIT = 300_000;

/** Limits of {@link readParquetText}, smaller for tests. */
export interface ParquetLimits {
  readonly bytes?: number;
  readonly seconds?: number;
  /** Characters of the whole column. */
  readonly characters?: number;
}

/** Beside this file in the sources, which a build leaves where they are. */
const CHILD = new URL(
  import.meta.url.endsWith('.ts') ? './parquet-child.mjs' : '../src/text/parquet-child.mjs',
  import.meta.url,
);

type Answer =
  | { readonly rows: readonly string[] }
  | { readonly columns: readonly string[] }
  | { readonly damage: string };

/**
 * Reads a column of text of a Parquet file, one row group in memory at a time. Rows without text are empty strings. The file is decoded in
 * a process of its own: the library believes every count in it, and a small file can ask for any amount of memory and time.
 *
 * @param column its name
 * @throws LamoError `damaged-file`, `missing-column`, `too-large`
 */
export async function* readParquetText(
  path: string,
  column: string,
  { bytes = MOST_BYTES, seconds = mostSeconds(path), characters }: ParquetLimits = {},
): AsyncGenerator<string> {
  const child = fork(fileURLToPath(CHILD), [path, column, String(bytes), String(seconds)], {
    execArgv: [`--max-old-space-size=${Math.ceil(bytes / 2 ** 20)}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let length = 0;
  try {
    const most = characters ?? mostText(path);
    for (;;) {
      const answer = await ask(child, (reason) => tooMuch(path, bytes, seconds, reason));
      if ('damage' in answer) throw damaged(path, answer.damage);
      if ('columns' in answer) throw missingColumn(path, column, answer.columns);
      if (answer.rows.length === 0) return;
      for (const row of answer.rows) {
        length += row.length;
        if (length > most) throw tooLong(path, most);
        yield row;
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** Asks for the next rows, and waits for them, for the process to end, or for too long. */
function ask(child: ChildProcess, fail: (reason: string) => LamoError): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners();
      act();
    };
    const give = (reason: string) => settle(() => reject(fail(reason)));
    const timer = setTimeout(give, LONGEST_WAIT, `no answer for ${LONGEST_WAIT / 1000} s`);
    child.once('message', (answer) => settle(() => resolve(answer as Answer)));
    child.once('exit', (code, signal) => give(`an end of the process that reads it (${signal ?? code})`));
    child.once('error', ({ message }) => give(message));
    if (child.connected) child.send('next', () => {});
    else give('an end of the process that reads it');
  });
}

function missingColumn(path: string, column: string, received: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'missing-column',
    problem: `${path} has no column of text`,
    expected: `a column \`${column}\` of strings`,
    received: received.join(', ') || 'no columns',
    hint: 'Name the column that holds the text with `field`, or --text-field of `lamo pretrain` and `lamo perplexity`.',
  });
}

function damaged(path: string, received: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'damaged-file',
    problem: `${path} cannot be read as Parquet`,
    received,
    hint: 'Download it again: it may be cut off, or no Parquet file at all.',
  });
}

/** A dictionary lets a few bytes stand for any text, any number of times. */
function tooLong(path: string, most: number): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} unpacks to far more than text does`,
    expected: `at most ${most} characters, ${MOST_GROWTH} for each byte of the file and some`,
    received: 'more',
    hint: 'It may be damaged: download it again. If it is right, write it as .jsonl.',
  });
}

function tooMuch(path: string, bytes: number, seconds: number, received: string): LamoError {
  return new LamoError({
    where: 'data/text',
    code: 'too-large',
    problem: `${path} takes more memory or time than a file of text should`,
    expected: `at most ${Math.round(bytes / 2 ** 20)} MB and ${Math.ceil(seconds)} s of computing for one group of rows`,
    received,
    hint: 'It may be damaged: download it again. If it is right, write it with smaller groups of rows, or as .jsonl.',
  });
}
