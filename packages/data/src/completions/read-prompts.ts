import { statSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { fileNotFound } from '../text/file-not-found';
import { wholeLines } from '../text/read-json-lines';
import { hasRows, readRows } from './read-rows';
import { readText } from './read-text';

/**
 * Reads prompts from a file: of JSON lines, .jsonl or .jsonl.gz, or of Parquet, .parquet, the field `prompt`, which may be empty; of any other text
 * file each line that is not blank.
 *
 * @param promptField the field of JSON lines, or the column
 * @throws LamoError `file-not-found`, `not-json-lines`, `missing-field`, `no-prompts`, and if it is no text, `damaged-file` and `too-large` of Parquet
 * @example
 * const prompts = await readPrompts('questions.txt');
 */
export async function readPrompts(path: string, promptField = 'prompt'): Promise<string[]> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw fileNotFound(path, 'a text file with a prompt on each line, or JSON lines, or a Parquet file');
  }
  const prompts: string[] = [];
  if (hasRows(path)) {
    for await (const { place, row } of readRows(path, [promptField])) {
      prompts.push(readText(place, row, promptField));
    }
  } else {
    for await (const line of wholeLines(path)) {
      if (line.trim() !== '') prompts.push(line.replace(/\r$/, ''));
    }
  }
  if (prompts.length > 0) return prompts;
  throw new LamoError({
    where: 'data/completions',
    code: 'no-prompts',
    problem: `There are no prompts in ${path}`,
    expected: 'a prompt on each line',
    received: 'no line that is not blank',
    hint: 'An empty prompt is a line of JSON, {"prompt": ""}, in a file whose name ends in .jsonl.',
  });
}
