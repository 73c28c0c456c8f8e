import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { fileNotFound } from '../text/file-not-found';
import { hashFile } from '../text/hash-file';
import { readJsonRows } from '../text/read-json-lines';
import { readText } from './read-text';

/** A prompt and how it is to be completed. */
export interface PromptAndCompletion {
  /** What is given; may be empty. */
  readonly prompt: string;
  /** How it goes on; not empty. */
  readonly completion: string;
}

/** One of them, and where it stands. */
export interface CompletionRow extends PromptAndCompletion {
  /** For humans: `line 3 of answers.jsonl`. */
  readonly place: string;
}

/** Prompts and completions that are read one by one, as often as asked. */
export interface CompletionSource {
  /** Name for humans. */
  readonly name: string;
  /** Hashes the contents, in SHA-256. */
  fingerprint(): Promise<string>;
  /** Reads them in their order. */
  rows(): AsyncIterable<CompletionRow>;
}

/** Options of {@link openCompletions}. */
export interface OpenCompletionsOptions {
  /** Field of a line that holds the prompt. @default prompt */
  readonly promptField?: string;
  /** Field of a line that holds the completion. @default completion */
  readonly completionField?: string;
}

const KIND = 'a file of JSON lines, .jsonl or .jsonl.gz';

/**
 * Opens files of JSON lines with a prompt and a completion in each, `{"prompt": "…", "completion": "…"}`. Other fields are not read.
 * A prompt may be empty, a completion not.
 *
 * @throws LamoError `file-not-found`, `not-json-lines`; while reading also `missing-field`, `empty-completion`
 * @example
 * const source = openCompletions(['answers.jsonl', 'more.jsonl.gz']);
 */
export function openCompletions(
  files: string | readonly string[],
  { promptField = 'prompt', completionField = 'completion' }: OpenCompletionsOptions = {},
): CompletionSource {
  const paths = typeof files === 'string' ? [files] : files;
  for (const path of paths) checkFile(path);
  const example = `{${JSON.stringify(promptField)}: "…", ${JSON.stringify(completionField)}: "…"}`;
  return {
    name: paths.join(', '),
    async fingerprint() {
      const all = createHash('sha256').update(JSON.stringify([promptField, completionField]));
      for (const path of paths) all.update(await hashFile(path));
      return all.digest('hex');
    },
    async *rows() {
      for (const path of paths) {
        for await (const line of readJsonRows(path, example)) {
          const place = `line ${line.number} of ${path}`;
          const prompt = readText(place, line.row, promptField);
          const completion = readText(place, line.row, completionField);
          if (completion === '') throw emptyCompletion(place, completionField);
          yield { prompt, completion, place };
        }
      }
    },
  };
}

/** Makes a source from prompts and completions in memory. @throws LamoError while reading `empty-completion` */
export function completionsFromRows(
  rows: readonly PromptAndCompletion[],
  name = 'completions',
): CompletionSource {
  return {
    name,
    async fingerprint() {
      const hash = createHash('sha256');
      for (const { prompt, completion } of rows) hash.update(JSON.stringify([prompt, completion]));
      return hash.digest('hex');
    },
    async *rows() {
      for (const [i, row] of rows.entries()) {
        const place = `row ${i + 1} of ${name}`;
        if (row.completion === '') throw emptyCompletion(place, 'completion');
        yield { ...row, place };
      }
    },
  };
}

function checkFile(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw fileNotFound(path, KIND);
  if (status.isFile() && /\.jsonl(\.gz)?$/i.test(path)) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'not-json-lines',
    problem: `${path} is not read as prompts and completions`,
    expected: KIND,
    received: status.isFile() ? 'a file with another ending' : 'a folder',
    hint: status.isFile()
      ? 'Write one JSON object per line; a JSON list becomes that with `jq -c ".[]"`.'
      : 'Name the files in it, for example with a pattern such as folder/*.jsonl.',
  });
}

function emptyCompletion(place: string, field: string): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'empty-completion',
    problem: `The completion in ${place} is empty`,
    expected: `a string \`${field}\` of at least one character`,
    received: '""',
    hint: 'Leave the line out: a model that is to say nothing would only learn to stop.',
  });
}
