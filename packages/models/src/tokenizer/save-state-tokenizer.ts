import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@lamo/core';
import type { DrawnText } from '@lamo/data';

/**
 * Saves the tokenizer of a text that is drawn: a token for the number of each state, and none for anything else. It is a word
 * list in the form of Hugging Face's tokenizers; `loadTokenizer` and Python's `AutoTokenizer` read it. Which text it is for is kept with it.
 *
 * @param folder made if it does not exist
 * @throws LamoError `disk-full`, `not-writable`, `write-failed`
 */
export function saveStateTokenizer(
  folder: string,
  { states, name }: Pick<DrawnText, 'states' | 'name'>,
): void {
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    drawn_text: name,
  };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    // Unknown words are refused, here and in Python: the token that would stand for them is not in the vocabulary.
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(Array.from({ length: states }, (_, state) => [String(state), state])),
    },
  };
  makeFolder(folder);
  writeFileAtomic(join(folder, 'tokenizer_config.json'), JSON.stringify(config, null, 2));
  writeFileAtomic(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
}
