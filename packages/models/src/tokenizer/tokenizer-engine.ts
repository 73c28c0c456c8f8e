import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { LamoError } from '@lamo/core';

/** What a library makes of the files of a tokenizer. */
export interface TokenizerEngine {
  readonly vocabularySize: number;
  idOf(token: string): number | undefined;
  encode(text: string): number[];
  /** @param ids at least one */
  decode(ids: number[]): string;
}

/** What stands in `tokenizer.json` and `tokenizer_config.json`. */
export interface TokenizerContents {
  /** Path of `tokenizer.json`, for errors. */
  readonly path: string;
  readonly tokenizer: {
    readonly normalizer?: object | null | undefined;
    readonly model?: unknown;
    readonly added_tokens: readonly AddedToken[];
  };
  readonly config: { readonly [field: string]: unknown };
}

interface AddedToken {
  readonly content: string;
  readonly special?: boolean | null | undefined;
  readonly single_word?: boolean | null | undefined;
  readonly normalized?: boolean | null | undefined;
}

/**
 * Lets `@huggingface/tokenizers` tokenise.
 *
 * @throws LamoError `unsupported-tokenizer` for what the library would ignore without a word; and what the library throws
 * for contents that it does not understand
 */
export function makeEngine(contents: TokenizerContents): TokenizerEngine {
  const { tokenizer, config, path } = contents;
  const library = new LibraryTokenizer(tokenizer, config);
  const ignored = findIgnored(contents);
  if (ignored !== undefined) {
    throw unsupportedTokenizer(
      path,
      '@huggingface/tokenizers',
      ignored,
      'Take it out of the file if your texts can do without it.',
    );
  }
  return {
    vocabularySize: library.model!.vocab.length,
    idOf: (token) => library.token_to_id(token),
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) => library.decode(ids, { clean_up_tokenization_spaces: false }),
  };
}

/** Names what Python's tokenizers obey and JavaScript's do not: ids would differ, and nothing would say so. */
function findIgnored({ tokenizer }: TokenizerContents): string | undefined {
  const single = tokenizer.added_tokens.find(({ single_word }) => single_word);
  if (single) return `the added token ${JSON.stringify(single.content)} with single_word`;
  const { type, continuing_subword_prefix: prefix } = Object(tokenizer.model);
  return type === 'BPE' && prefix ? 'a BPE model with continuing_subword_prefix' : undefined;
}

/** A file that a library cannot read, or not rightly. */
export function unsupportedTokenizer(
  path: string,
  library: string,
  received: string,
  hint: string,
  cause?: unknown,
): LamoError {
  return new LamoError({
    where: 'models/tokenizer',
    code: 'unsupported-tokenizer',
    problem: `${library} cannot tokenise as ${path} says`,
    received,
    hint,
    cause,
  });
}
