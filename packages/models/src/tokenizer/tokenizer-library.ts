import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LamoError } from '@lamo/core';
import {
  makeEngine,
  type TokenizerContents,
  type TokenizerEngine,
  unsupportedTokenizer,
} from './tokenizer-engine';

/** Libraries that can tokenise, and what each is. */
const LIBRARIES = {
  '@huggingface/tokenizers': 'comes with @lamo/models',
  '@huggingface/transformers': 'an optional peer, version 3 or later',
  '@xenova/transformers': 'an optional peer, version 2.17 or later',
} as const;

/** A library that tokenises, by the name of its package. */
export type TokenizerLibrary = keyof typeof LIBRARIES;

/** What transformers.js exports, in the parts that versions 2.17 to 4 have in common. */
interface Transformers {
  readonly PreTrainedTokenizer: TransformersClass;
  readonly env: { readonly version: string };
  readonly [name: string]: unknown;
}

type TransformersClass = new (tokenizer: object, config: object) => TransformersTokenizer;

interface TransformersTokenizer {
  (text: string, options: { add_special_tokens: false; return_tensor: false }): { input_ids: number[] };
  decode(ids: number[], options: { clean_up_tokenization_spaces: false }): string;
}

const HINT = 'Leave out the option library: @huggingface/tokenizers, the default, needs nothing more.';

/**
 * Imports a library, and returns what makes an engine of the contents of a tokenizer's files. No library opens a file
 * or a connection: they get the contents, and their own loaders are never called.
 *
 * @throws LamoError `unknown-library`, `library-unavailable`; of the function that is returned `unsupported-tokenizer`, and
 * what @huggingface/tokenizers throws for contents that it does not understand
 */
export async function openTokenizerLibrary(
  library: TokenizerLibrary,
): Promise<(contents: TokenizerContents) => TokenizerEngine> {
  if (!Object.hasOwn(LIBRARIES, library)) throw unknownLibrary(library);
  if (library === '@huggingface/tokenizers') return makeEngine;
  const transformers = await importTransformers(library);
  return (contents) => ({
    ...makeEngine(contents),
    ...makeCodec(library, transformers, contents),
  });
}

function makeCodec(
  library: TokenizerLibrary,
  transformers: Transformers,
  { path, tokenizer, config }: TokenizerContents,
): Pick<TokenizerEngine, 'encode' | 'decode'> {
  try {
    const Class = classOf(transformers, config.tokenizer_class);
    const major = Number.parseInt(transformers.env.version, 10);
    const codec = new Class(major < 4 ? adaptToOld(major, tokenizer) : tokenizer, config);
    return {
      encode: (text) => codec(text, { add_special_tokens: false, return_tensor: false }).input_ids,
      decode: (ids) => codec.decode(ids, { clean_up_tokenization_spaces: false }),
    };
  } catch (cause) {
    throw unsupportedTokenizer(path, library, (cause as Error).message, HINT, cause);
  }
}

/** The class that the library itself would choose. Names come from a file: only classes of tokenizers are taken. */
function classOf(transformers: Transformers, name: unknown): TransformersClass {
  const Base = transformers.PreTrainedTokenizer;
  const named = typeof name === 'string' ? transformers[name.replace(/Fast$/, '')] : undefined;
  const isTokenizer = typeof named === 'function' && named.prototype instanceof Base;
  return isTokenizer ? (named as TransformersClass) : Base;
}

/** Writes the contents in such a way that versions 2 and 3 give the ids of version 4 and of Python, or refuses. */
function adaptToOld(major: number, tokenizer: TokenizerContents['tokenizer']): object {
  const { normalizer, added_tokens: added, model } = tokenizer;
  const normalized = added.find((token) => token.normalized ?? !token.special);
  if (normalizer && normalized) {
    throw new Error(
      `version ${major} does not look for ${JSON.stringify(normalized.content)} in normalised text`,
    );
  }
  // Of tokens that begin alike, version 2 takes the first one that is listed instead of the longest.
  const longestFirst = added.toSorted((a, b) => b.content.length - a.content.length);
  return { ...tokenizer, added_tokens: longestFirst, model: major < 3 ? writeMergesAsText(model) : model };
}

/** Merges as version 2 reads them, `"a b"`: files of today have `["a", "b"]`. */
function writeMergesAsText(model: unknown): unknown {
  const { merges } = Object(model);
  if (!Array.isArray(merges)) return model;
  const text = merges.map((pair: unknown) => (Array.isArray(pair) ? pair.join(' ') : pair));
  const ambiguous = text.find((pair) => typeof pair === 'string' && pair.split(' ').length !== 2);
  if (ambiguous === undefined) return { ...Object(model), merges: text };
  throw new Error(`version 2 cannot merge tokens that contain spaces, as in ${JSON.stringify(ambiguous)}`);
}

async function importTransformers(library: TokenizerLibrary): Promise<Transformers> {
  const file = locateBrowserBuild(library);
  try {
    const transformers: Transformers = await importWithSelf(pathToFileURL(file).href);
    if (typeof transformers.PreTrainedTokenizer === 'function') return transformers;
    throw new Error('it has no export PreTrainedTokenizer');
  } catch (cause) {
    throw unavailable(library, 'cannot be imported', cause);
  }
}

/**
 * The build for browsers tokenises alike and has no native library. That for Node loads an onnxruntime of its own, beside which
 * ours does not load on Linux, and an image library; version 2 gets that one from an install script.
 */
function locateBrowserBuild(library: TokenizerLibrary): string {
  try {
    // Entries lie in `src` or `dist`.
    return join(createRequire(import.meta.url).resolve(library), '../../dist/transformers.min.js');
  } catch (cause) {
    throw unavailable(library, 'is not installed', cause);
  }
}

/** Imports a file that expects a browser's name for the global object, as version 2 does; afterwards it is gone again. */
async function importWithSelf(url: string): Promise<Transformers> {
  const isThere = 'self' in globalThis;
  if (!isThere) Object.defineProperty(globalThis, 'self', { value: globalThis, configurable: true });
  try {
    return await import(url);
  } finally {
    if (!isThere) Reflect.deleteProperty(globalThis, 'self');
  }
}

function unavailable(library: TokenizerLibrary, problem: string, cause: unknown): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'library-unavailable',
    problem: `${library} ${problem}`,
    expected: LIBRARIES[library],
    received: (cause as Error).message.split('\n')[0]!,
    hint: `Install it with 'npm install ${library}'. ${HINT}`,
    cause,
  });
}

function unknownLibrary(library: unknown): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'unknown-library',
    problem: `No library '${String(library)}' can tokenise here`,
    expected: Object.keys(LIBRARIES).join(', '),
    received: String(library),
  });
}
