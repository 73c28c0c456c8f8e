import { createHash } from 'node:crypto';
import type { Tokenizer } from '../text/tokenizer';
import { messageTemplate } from './chat-template';
import { openRows } from './open-rows';
import { type PackOptions, packExamples } from './pack-examples';
import { type Preferences, pairAnswers } from './preferences';
import { type PairReadingOptions, type PairRow, readPair } from './read-pair';
import type { Fields } from './read-reward';

/** Pairs of answers that are read one by one, as often as asked. */
export interface PreferenceSource {
  /** Name for humans. */
  readonly name: string;
  /** Hashes the contents, in SHA-256. */
  fingerprint(): Promise<string>;
  /** Reads them in their order. */
  rows(): AsyncIterable<PairRow>;
}

/**
 * Opens files of JSON lines, or of Parquet with columns of the same names, with pairs: a prompt, which may be empty, and two answers to it, `{"prompt": "…", "chosen": "…", "rejected": "…"}`. Answers may
 * be messages, `[{"role": "assistant", "content": "…"}]`, after those of the prompt or with all that was said before in themselves. Other
 * fields are not read.
 *
 * @throws LamoError `file-not-found`, `not-json-lines`, `unknown-template`; while reading also `missing-field`, `empty-answer`,
 * `equal-answers`, `bad-messages`
 * @example
 * const preferences = await tokenPreferences(openPreferences('pairs.jsonl'), tokenizer, { context: 1024 });
 */
export function openPreferences(
  files: string | readonly string[],
  options: PairReadingOptions = {},
): PreferenceSource {
  const { promptField = 'prompt', chosenField = 'chosen', rejectedField = 'rejected' } = options;
  const template = messageTemplate(options.template);
  const fields = [promptField, chosenField, rejectedField];
  const { name, hash, rows } = openRows(files, fields, 'pairs of answers');
  return {
    name,
    fingerprint: () => hash([...fields, template.id]),
    async *rows() {
      for await (const { place, row } of rows()) yield readPair(place, row, options);
    },
  };
}

/** Makes a source from pairs in memory. @throws LamoError while reading `missing-field`, `empty-answer`, `equal-answers`, `bad-messages` */
export function preferencesFromRows(
  rows: readonly Fields[],
  name = 'preferences',
  options: PairReadingOptions = {},
): PreferenceSource {
  messageTemplate(options.template);
  return {
    name,
    fingerprint: async () =>
      createHash('sha256')
        .update(JSON.stringify([rows, options]))
        .digest('hex'),
    async *rows() {
      for (const [i, row] of rows.entries()) yield readPair(`row ${i + 1} of ${name}`, row, options);
    },
  };
}

/**
 * Tokenises pairs, each answer with its prompt as `tokenCompletions` does. Both answers of a pair are kept, or none, and their prompts are cut alike.
 *
 * @throws LamoError `no-examples`, `no-end-of-text`, `example-too-long`, `token-out-of-range`, and what the source throws
 */
export async function tokenPreferences(
  source: PreferenceSource,
  tokenizer: Tokenizer,
  options: PackOptions,
): Promise<Preferences> {
  return pairAnswers(await packExamples(pairs(source), source.name, tokenizer, options));
}

async function* pairs(source: PreferenceSource) {
  for await (const { chosen, rejected } of source.rows()) yield [chosen, rejected];
}
