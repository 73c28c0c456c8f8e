import { createHash } from 'node:crypto';
import { messageTemplate } from './chat-template';
import type { Dialogue, ExampleRow, PromptAndCompletion } from './example';
import { openRows } from './open-rows';
import { type ReadingOptions, readExample } from './read-example';

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
  const { promptField = 'prompt', completionField = 'completion' } = options;
  messageTemplate(options.template);
  const { name, hash, rows } = openRows(files, completionFields(options), 'prompts and completions');
  return {
    name,
    fingerprint: () => hash([promptField, completionField, ...later(options)]),
    async *rows() {
      for await (const { place, row } of rows()) yield readExample(place, row, options);
    },
  };
}

/** The fields of a row that may be asked for. */
export function completionFields({
  promptField = 'prompt',
  completionField = 'completion',
  rewardField,
}: ReadingOptions): readonly string[] {
  const rewardFields = rewardField === undefined ? ['reward', 'rewards'] : [rewardField];
  return [promptField, completionField, 'messages', ...rewardFields, 'next', 'done'];
}

/** What else a fingerprint is of, where it is not the default: older ones do not have it. */
function later({ rewardField, template }: ReadingOptions): unknown[] {
  const others = [rewardField ?? null, messageTemplate(template).id];
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
  const template = messageTemplate(options.template);
  return {
    name,
    async fingerprint() {
      const hash = createHash('sha256');
      for (const { prompt, completion, ...more } of rows as readonly (PromptAndCompletion &
        Partial<Dialogue>)[]) {
        hash.update(JSON.stringify([prompt, completion]));
        if (Object.keys(more).length > 0)
          hash.update(JSON.stringify([more, options.template && template.id]));
      }
      return hash.digest('hex');
    },
    async *rows() {
      for (const [i, row] of rows.entries())
        yield readExample(`row ${i + 1} of ${name}`, { ...row }, options);
    },
  };
}
