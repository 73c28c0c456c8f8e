import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LamoError, parseRecord } from '@lamo/core';
import { END_OF_TEXT, openRepository, type RepositoryOptions, type Tokenizer } from '@lamo/data';
import { z } from 'zod';
import { limitTime } from './limit-time';
import type { TokenizerContents, TokenizerEngine } from './tokenizer-engine';
import { openTokenizerLibrary, type TokenizerLibrary } from './tokenizer-library';
import { rememberWords } from './word-cache';

/** Options of {@link loadTokenizer}: those of the hub, and what tokenises. */
export interface LoadTokenizerOptions extends Omit<RepositoryOptions, 'type'> {
  /**
   * The library that does the work. Files come through our own hub cache whichever it is.
   * @default '@huggingface/tokenizers'
   */
  readonly library?: TokenizerLibrary;
}

/** The parts of a `tokenizer.json` that are used beside the library. It checks the others. */
const tokenizerFile = z.looseObject({
  normalizer: z.looseObject({}).nullish(),
  pre_tokenizer: z
    .looseObject({
      type: z.string(),
      use_regex: z.boolean().nullish(),
      add_prefix_space: z.boolean().nullish(),
    })
    .nullish(),
  added_tokens: z
    .array(
      z.looseObject({
        content: z.string(),
        special: z.boolean().nullish(),
        single_word: z.boolean().nullish(),
        normalized: z.boolean().nullish(),
      }),
    )
    .nullish()
    .transform((tokens) => tokens ?? []),
});

const tokenName = z.union([z.string(), z.looseObject({ content: z.string() })]);

const configFile = z.looseObject({
  eos_token: tokenName.nullish(),
  additional_special_tokens: z.array(tokenName).nullish(),
  remove_space: z.boolean().nullish(),
  do_lowercase_and_remove_accent: z.boolean().nullish(),
  drawn_text: z.string().nullish(),
});

/** What a tokenizer is made of: `tokenizer.json` and `tokenizer_config.json`. */
interface Files extends TokenizerContents {
  readonly tokenizer: z.infer<typeof tokenizerFile>;
  readonly config: z.infer<typeof configFile>;
  readonly fingerprint: string;
}

const DEFAULT_LIBRARY = '@huggingface/tokenizers';
const FORM = "a tokenizer in the form of Hugging Face's tokenizers library";
const HINT = 'Download or save it again.';

/**
 * Loads a Hugging Face tokenizer from a folder, or from a repository of the hub such as `gpt2`. A folder needs no network.
 *
 * @throws LamoError `missing-tokenizer`, `damaged-file`, `unsupported-tokenizer` for what the library would ignore or do otherwise,
 * `unknown-library`, `library-unavailable`, and what `openRepository` throws; of the tokenizer's functions `token-out-of-range`,
 * `unknown-word` where it has no token for unknown ones, and `too-slow` for patterns in the file that take exponential time
 * @example
 * const tokenizer = await loadTokenizer('gpt2');
 * tokenizer.encode('Hello world!'); // [15496, 995, 0]
 */
export async function loadTokenizer(
  nameOrFolder: string,
  { library = DEFAULT_LIBRARY, ...hub }: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  // First, for what is not installed should not be found out after a download.
  const makeEngine = await openTokenizerLibrary(library);
  const files = await readFiles(nameOrFolder, hub);
  try {
    return wrap(makeEngine(files), files, library);
  } catch (cause) {
    throw LamoError.isInstance(cause) ? cause : damaged(files.path, cause);
  }
}

async function readFiles(nameOrFolder: string, options: Omit<RepositoryOptions, 'type'>): Promise<Files> {
  const repository = await openRepository(nameOrFolder, { ...options, type: 'model' });
  if (!repository.files.includes('tokenizer.json')) throw missingTokenizer(nameOrFolder, repository.files);
  const tokenizer = readFileSync(await repository.path('tokenizer.json'), 'utf8');
  const config = repository.files.includes('tokenizer_config.json')
    ? readFileSync(await repository.path('tokenizer_config.json'), 'utf8')
    : '{}';
  return {
    path: `${nameOrFolder}/tokenizer.json`,
    tokenizer: parse(tokenizerFile, `${nameOrFolder}/tokenizer.json`, tokenizer),
    config: parse(configFile, `${nameOrFolder}/tokenizer_config.json`, config),
    fingerprint: hash(tokenizer, config),
  };
}

function wrap(engine: TokenizerEngine, files: Files, library: TokenizerLibrary): Tokenizer {
  const { path, tokenizer, config } = files;
  const { vocabularySize } = engine;
  const endToken = typeof config.eos_token === 'string' ? config.eos_token : config.eos_token?.content;
  const endOfText = engine.idOf(endToken ?? END_OF_TEXT);
  const limit = hasPatterns(tokenizer)
    ? <T>(length: number, work: () => T) => limitTime(path, length, work)
    : <T>(_: number, work: () => T) => work();
  const encode = (text: string) =>
    checkKnown(
      text,
      limit(text.length, () => engine.encode(text)),
      files,
    );
  const specials = tokenizer.added_tokens.map(({ content }) => content);
  return {
    vocabularySize,
    // Libraries need not agree on every file: what one of them tokenised is not taken for another's.
    fingerprint: library === DEFAULT_LIBRARY ? files.fingerprint : hash(files.fingerprint, library),
    ...(endOfText !== undefined && { endOfText }),
    ...(typeof config.drawn_text === 'string' && { drawnText: config.drawn_text }),
    encode: cutsLikeGpt2(files) ? rememberWords(encode, specials) : encode,
    decode(ids) {
      const known = Array.from(ids, (id) => checkId(id, vocabularySize));
      return known.length === 0 ? '' : limit(known.length, () => engine.decode(known));
    },
  };
}

function hash(first: string, second: string): string {
  return createHash('sha256').update(`${first}\n${second}`).digest('hex');
}

/** True if the file has patterns of its own. The library's own, GPT-2's among them, take no longer than the text is. */
function hasPatterns({ normalizer, pre_tokenizer, post_processor, decoder }: Files['tokenizer']): boolean {
  return JSON.stringify([normalizer, pre_tokenizer, post_processor, decoder]).includes('"Regex"');
}

/** True if words are cut by GPT-2's pattern and nothing else happens to the text before, whatever class Python has for it. */
function cutsLikeGpt2({ tokenizer: { normalizer, pre_tokenizer }, config }: Files): boolean {
  return (
    !normalizer &&
    pre_tokenizer?.type === 'ByteLevel' &&
    pre_tokenizer.use_regex !== false &&
    !pre_tokenizer.add_prefix_space &&
    !config.remove_space &&
    !config.do_lowercase_and_remove_accent
  );
}

function parse<T>(schema: z.ZodType<T>, path: string, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, cause);
  }
  return parseRecord(schema, json, { where: 'models/tokenizer', name: path, kind: FORM, hint: HINT });
}

/** The library gives no id to a word that is not in the vocabulary, if there is no token for such words either. */
function checkKnown(text: string, ids: number[], { path, config: { drawn_text: drawn } }: Files): number[] {
  if (!ids.includes(undefined as unknown as number)) return ids;
  throw new LamoError({
    where: 'models/tokenizer',
    code: 'unknown-word',
    problem: `${path} has no token for a word of the text, and none for unknown words`,
    expected: drawn ? `the numbers of the states of ${drawn}` : 'words that are in its vocabulary',
    received: JSON.stringify(text.slice(0, 60)),
    ...(drawn && { hint: 'A model that was pre-trained on states reads no language.' }),
  });
}

function checkId(id: number, vocabularySize: number): number {
  if (Number.isInteger(id) && id >= 0 && id < vocabularySize) return id;
  throw new LamoError({
    where: 'models/tokenizer',
    code: 'token-out-of-range',
    problem: 'The vocabulary has no such token',
    expected: `ids from 0 to ${vocabularySize - 1}`,
    received: String(id),
    hint: 'The ids may come from a model with another tokenizer.',
  });
}

function missingTokenizer(name: string, files: readonly string[]): LamoError {
  const some = files.slice(0, 10).join(', ') + (files.length > 10 ? ` and ${files.length - 10} more` : '');
  return new LamoError({
    where: 'models/tokenizer',
    code: 'missing-tokenizer',
    problem: `${name} has no tokenizer`,
    expected: 'a file tokenizer.json',
    received: some || 'no files',
    hint: "Python's `AutoTokenizer.from_pretrained(…).save_pretrained(…)` writes one, `lamo pretrain` learns one from text, and `trainTokenizer` in a program.",
  });
}

function damaged(path: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'damaged-file',
    problem: `${path} cannot be used`,
    expected: FORM,
    received: cause instanceof Error ? cause.message : String(cause),
    hint: HINT,
    cause,
  });
}
