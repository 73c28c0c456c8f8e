import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { fileNotFound } from '../text/file-not-found';
import { hashFile } from '../text/hash-file';
import { checkTemplate } from './chat-template';
import type { Dialogue, ExampleRow, PromptAndCompletion } from './example';
import { type ReadingOptions, readExample } from './read-example';
import { hasRows, ROW_FILES, readRows } from './read-rows';

/** Prompts with completions, or dialogues, that are read one by one, as often as asked. */
export interface CompletionSource {
  /** Name for humans. */
  readonly name: string;
  /** Hashes the contents, in SHA-256. */
  fingerprint(): Promise<string>;
  /** Reads them in their order. */
  rows(): AsyncIterable<ExampleRow>;
}

/** Options of {@link openCompletions}. */
export type OpenCompletionsOptions = ReadingOptions;

/**
 * Opens files of JSON lines, or of Parquet with columns of the same names. Each row has a prompt, which may be empty, and a completion, `{"prompt": "…", "completion": "…"}`; or messages, of which
 * those of the assistant are learned, `{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}`. Either
 * may have a `reward`, also in a message of the assistant, and `"done": false` if it was cut before its end; the former `"next"`, the prompt that
 * came next. Other fields are not read.
 *
 * @throws LamoError `file-not-found`, `not-json-lines`, `unknown-template`; while reading also `missing-field`, `empty-completion`,
 * `bad-messages`, `bad-reward`, `bad-next`, `bad-done`; of Parquet files `damaged-file` and `too-large`
 * @example
 * const source = openCompletions(['answers.jsonl', 'more.jsonl.gz', 'others.parquet']);
 */
export function openCompletions(
  files: string | readonly string[],
  options: OpenCompletionsOptions = {},
): CompletionSource {
  const paths = typeof files === 'string' ? [files] : files;
  for (const path of paths) checkFile(path);
  const { promptField = 'prompt', completionField = 'completion', template = 'plain' } = options;
  checkTemplate(template);
  const rewardFields = options.rewardField === undefined ? ['reward', 'rewards'] : [options.rewardField];
  const fields = [promptField, completionField, 'messages', ...rewardFields, 'next', 'done'];
  return {
    name: paths.join(', '),
    async fingerprint() {
      const all = createHash('sha256').update(
        JSON.stringify([promptField, completionField, ...later(options)]),
      );
      for (const path of paths) all.update(await hashFile(path));
      return all.digest('hex');
    },
    async *rows() {
      for (const path of paths) {
        for await (const { place, row } of readRows(path, fields)) yield readExample(place, row, options);
      }
    },
  };
}

/** What else a fingerprint is of, where it is not the default: older ones do not have it. */
function later({ rewardField, template }: ReadingOptions): unknown[] {
  const others = [rewardField ?? null, template ?? 'plain'];
  return others.join() === ',plain' ? [] : others;
}

/**
 * Makes a source from prompts and completions, or dialogues, in memory.
 *
 * @throws LamoError while reading `empty-completion`, `bad-messages`, `bad-reward`, `bad-next`
 */
export function completionsFromRows(
  rows: readonly (PromptAndCompletion | Dialogue)[],
  name = 'completions',
  options: Pick<ReadingOptions, 'template'> = {},
): CompletionSource {
  checkTemplate(options.template ?? 'plain');
  return {
    name,
    async fingerprint() {
      const hash = createHash('sha256');
      for (const { prompt, completion, ...more } of rows as readonly (PromptAndCompletion &
        Partial<Dialogue>)[]) {
        hash.update(JSON.stringify([prompt, completion]));
        if (Object.keys(more).length > 0) hash.update(JSON.stringify([more, options.template]));
      }
      return hash.digest('hex');
    },
    async *rows() {
      for (const [i, row] of rows.entries())
        yield readExample(`row ${i + 1} of ${name}`, { ...row }, options);
    },
  };
}

function checkFile(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw fileNotFound(path, ROW_FILES);
  if (status.isFile() && hasRows(path)) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'not-json-lines',
    problem: `${path} is not read as prompts and completions`,
    expected: ROW_FILES,
    received: status.isFile() ? 'a file with another ending' : 'a folder',
    hint: status.isFile()
      ? 'Write one JSON object per line; a JSON list becomes that with `jq -c ".[]"`.'
      : 'Name the files in it, for example with a pattern such as folder/*.jsonl.',
  });
}
