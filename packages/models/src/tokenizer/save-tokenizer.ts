import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@lamo/core';
import type { TrainedTokenizer } from './train-tokenizer';

/**
 * Saves a vocabulary as `tokenizer.json` and `tokenizer_config.json`, in the form of Hugging Face's GPT-2: `loadTokenizer` and Python's
 * `AutoTokenizer` read it.
 *
 * @param folder made if it does not exist
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`
 */
export function saveTokenizer(folder: string, trained: TrainedTokenizer): void {
  makeFolder(folder);
  writeFileAtomic(join(folder, 'tokenizer_config.json'), JSON.stringify(configOf(trained), null, 2));
  writeFileAtomic(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerOf(trained)));
}

function configOf({ endOfText }: TrainedTokenizer): object {
  return {
    tokenizer_class: 'GPT2Tokenizer',
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
    bos_token: endOfText,
    eos_token: endOfText,
    unk_token: endOfText,
  };
}

function tokenizerOf({ vocabulary, merges, endOfText }: TrainedTokenizer): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const id = vocabulary.length - 1;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id, content: endOfText, ...flags }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: merges.map((pair) => pair.join(' ')),
    },
  };
}
