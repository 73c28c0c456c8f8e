import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LamoError, nearest, openRepository, type RepositoryOptions, type Tokenizer } from '@lamo/data';
import type { PreTrainedTokenizer } from '@xenova/transformers';
import { MOST_WORDS, rememberWords } from './word-cache';

/** Options of {@link loadTokenizer}: those of the hub. */
export type LoadTokenizerOptions = Omit<RepositoryOptions, 'type'>;

/** What a tokenizer is made of: `tokenizer.json` and `tokenizer_config.json`. */
interface Files {
  readonly tokenizer: {
    readonly model?: { readonly merges?: readonly (string | string[])[] };
    readonly normalizer?: object | null;
    readonly pre_tokenizer?: { type: string; use_regex?: boolean; add_prefix_space?: boolean } | null;
    readonly added_tokens?: readonly { readonly content: string }[];
  };
  readonly config: { tokenizer_class?: string; eos_token?: string | { content: string } | null };
  readonly fingerprint: string;
}

/** End of text of GPT-2, whose own files do not name it. */
const END_OF_TEXT = '<|endoftext|>';

/**
 * Loads a Hugging Face tokenizer from a folder, or from a repository of the hub such as `gpt2`. A folder needs no network. The library
 * that tokenises, `@xenova/transformers`, is loaded here and not before.
 *
 * @throws LamoError `missing-tokenizer`, `unknown-tokenizer-class`, `damaged-file`, `missing-library`, and what `openRepository` throws
 * @example
 * const tokenizer = await loadTokenizer('gpt2');
 * tokenizer.encode('Hello world!'); // [15496, 995, 0]
 */
export async function loadTokenizer(
  nameOrFolder: string,
  options: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  const files = await readFiles(nameOrFolder, options);
  const library = await importLibrary();
  const classes: Readonly<Record<string, unknown>> = library.AutoTokenizer.TOKENIZER_CLASS_MAPPING;
  return wrap(construct(nameOrFolder, files, classes), files);
}

async function readFiles(nameOrFolder: string, options: LoadTokenizerOptions): Promise<Files> {
  const repository = await openRepository(nameOrFolder, { ...options, type: 'model' });
  if (!repository.files.includes('tokenizer.json')) throw missingTokenizer(nameOrFolder, repository.files);
  const tokenizer = readFileSync(await repository.path('tokenizer.json'), 'utf8');
  const config = repository.files.includes('tokenizer_config.json')
    ? readFileSync(await repository.path('tokenizer_config.json'), 'utf8')
    : '{}';
  return {
    tokenizer: parse(`${nameOrFolder}/tokenizer.json`, tokenizer),
    config: parse(`${nameOrFolder}/tokenizer_config.json`, config),
    fingerprint: createHash('sha256').update(`${tokenizer}\n${config}`).digest('hex'),
  };
}

function construct(
  name: string,
  { tokenizer, config }: Files,
  classes: Readonly<Record<string, unknown>>,
): PreTrainedTokenizer {
  // Without a class, as in the files of `gpt2`, tokenizer.json alone decides.
  const className = (config.tokenizer_class ?? 'PreTrainedTokenizer').replace(/Fast$/, '');
  const Class = classes[className] as typeof PreTrainedTokenizer | undefined;
  if (Class === undefined) throw unknownClass(name, config.tokenizer_class ?? '', Object.keys(classes));
  try {
    return new Class(withPlainMerges(tokenizer), config);
  } catch (cause) {
    throw damaged(`${name}/tokenizer.json`, cause);
  }
}

/** Writes merges as older files do, `a b`: the library does not know the newer `["a", "b"]`. */
function withPlainMerges(tokenizer: Files['tokenizer']): object {
  const merges = tokenizer.model?.merges?.map((merge) => (Array.isArray(merge) ? merge.join(' ') : merge));
  return { added_tokens: [], ...tokenizer, model: { ...tokenizer.model, ...(merges && { merges }) } };
}

function wrap(library: PreTrainedTokenizer, { tokenizer, config, fingerprint }: Files): Tokenizer {
  const { model } = library;
  const vocabularySize = model.vocab.length;
  const endToken = typeof config.eos_token === 'string' ? config.eos_token : config.eos_token?.content;
  const endOfText = model.tokens_to_ids.get(endToken ?? END_OF_TEXT);
  const { cache } = model as { cache?: Map<string, unknown> };
  const encode = (text: string): number[] => {
    // The library never forgets a word; a large text has millions.
    if (cache && cache.size > MOST_WORDS) cache.clear();
    return library.encode(text, undefined, { add_special_tokens: false });
  };
  const specials = (tokenizer.added_tokens ?? []).map(({ content }) => content);
  return {
    vocabularySize,
    fingerprint,
    ...(endOfText !== undefined && { endOfText }),
    encode: cutsLikeGpt2(tokenizer, config) ? rememberWords(encode, specials) : encode,
    decode(ids) {
      const known = Array.from(ids, (id) => checkId(id, vocabularySize));
      return known.length === 0 ? '' : library.decode(known, { clean_up_tokenization_spaces: false });
    },
  };
}

/** True if words are cut by GPT-2's pattern and nothing else happens to the text before. */
function cutsLikeGpt2(
  { normalizer, pre_tokenizer }: Files['tokenizer'],
  { tokenizer_class }: Files['config'],
): boolean {
  return (
    /^(GPT2Tokenizer|PreTrainedTokenizer)?(Fast)?$/.test(tokenizer_class ?? '') &&
    !normalizer &&
    pre_tokenizer?.type === 'ByteLevel' &&
    pre_tokenizer.use_regex !== false &&
    !pre_tokenizer.add_prefix_space
  );
}

async function importLibrary(): Promise<typeof import('@xenova/transformers')> {
  try {
    return await import('@xenova/transformers');
  } catch (cause) {
    throw new LamoError({
      where: 'models/tokenizer',
      code: 'missing-library',
      problem: 'The library that tokenises, @xenova/transformers, cannot be loaded',
      received: cause instanceof Error ? cause.message : String(cause),
      hint:
        'Install @xenova/transformers 2.17.2. If the message is about sharp, override it with version ^0.34 in your ' +
        'package.json: that one needs no install script.',
      cause,
    });
  }
}

function parse<T>(path: string, text: string): T {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw new TypeError('no JSON object');
    return parsed as T;
  } catch (cause) {
    throw damaged(path, cause);
  }
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
    hint: "Python's `AutoTokenizer.from_pretrained(…).save_pretrained(…)` writes one, `lamo` trains one with `trainTokenizer`.",
  });
}

function unknownClass(name: string, received: string, known: readonly string[]): LamoError {
  const near = nearest(received, known);
  return new LamoError({
    where: 'models/tokenizer',
    code: 'unknown-tokenizer-class',
    problem: `The tokenizer class of ${name} is not known`,
    expected: `one of ${[...known].sort().join(', ')}`,
    received,
    hint: `${near ? `Did you mean ${near}? ` : ''}PreTrainedTokenizer takes what tokenizer.json says.`,
  });
}

function damaged(path: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'damaged-file',
    problem: `${path} cannot be used`,
    expected: "a tokenizer in the form of Hugging Face's tokenizers library",
    received: cause instanceof Error ? cause.message : String(cause),
    hint: 'Download or save it again.',
    cause,
  });
}
