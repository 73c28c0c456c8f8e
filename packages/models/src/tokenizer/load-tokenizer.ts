import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { LamoError, openRepository, type RepositoryOptions, type Tokenizer } from '@lamo/data';
import { rememberWords } from './word-cache';

/** Options of {@link loadTokenizer}: those of the hub. */
export type LoadTokenizerOptions = Omit<RepositoryOptions, 'type'>;

/** What a tokenizer is made of: `tokenizer.json` and `tokenizer_config.json`. */
interface Files {
  readonly tokenizer: {
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
 * Loads a Hugging Face tokenizer from a folder, or from a repository of the hub such as `gpt2`. A folder needs no network.
 *
 * @throws LamoError `missing-tokenizer`, `damaged-file`, and what `openRepository` throws
 * @example
 * const tokenizer = await loadTokenizer('gpt2');
 * tokenizer.encode('Hello world!'); // [15496, 995, 0]
 */
export async function loadTokenizer(
  nameOrFolder: string,
  options: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  const files = await readFiles(nameOrFolder, options);
  return wrap(construct(nameOrFolder, files), files);
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

function construct(name: string, { tokenizer, config }: Files): LibraryTokenizer {
  try {
    return new LibraryTokenizer({ added_tokens: [], ...tokenizer }, config);
  } catch (cause) {
    throw damaged(`${name}/tokenizer.json`, cause);
  }
}

function wrap(library: LibraryTokenizer, { tokenizer, config, fingerprint }: Files): Tokenizer {
  const vocabularySize = library.model!.vocab.length;
  const endToken = typeof config.eos_token === 'string' ? config.eos_token : config.eos_token?.content;
  const endOfText = library.token_to_id(endToken ?? END_OF_TEXT);
  const encode = (text: string) => library.encode(text, { add_special_tokens: false }).ids;
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
    hint: "Python's `AutoTokenizer.from_pretrained(…).save_pretrained(…)` writes one, `lamo pretrain` learns one from text, and `trainTokenizer` in a program.",
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
