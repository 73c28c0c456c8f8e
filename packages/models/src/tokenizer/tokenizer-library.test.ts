import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import type { Tokenizer } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { nanoModelFolder } from '../pretrained/nano-model';
import { loadTokenizer } from './load-tokenizer';
import { saveTokenizer } from './save-tokenizer';
import type { TokenizerLibrary } from './tokenizer-library';
import { trainTokenizer } from './train-tokenizer';

const root = join(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'lamo-libraries-'));
const trained = join(folder, 'trained');
const gpt2 = fixturePath('gpt2-tokenizer/tokenizer.json')?.replace(/\/tokenizer\.json$/, '');

const documents = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) => readFileSync(join(root, 'docs', file), 'utf8'));

const ADDED = ['<|endoftext|>', '<a>', '<a>b', ' of ', 'héllo wörld', '<|user|>'];
const STRANGE = [
  ...ADDED,
  'naïve',
  'e\u0301',
  '言語モデル',
  '👩‍👩‍👧',
  '\u0000',
  '\ud800',
  '\u00a0',
  '\r\n\n',
  '   ',
  "it's",
  '12345',
];

/** Our documentation, with an odd sign, a word of another script or a special token after every fifth word or so. */
const large = sprinkle(documents.join('\n'), Rng.fromSeed(3));
const text = large.slice(0, 50_000);

beforeAll(async () => saveTokenizer(trained, await trainTokenizer(documents, { vocabularySize: 1500 })));
afterAll(() => rmSync(folder, { recursive: true }));

function sprinkle(plain: string, rng: Rng): string {
  const parts = plain.split(/(?<= )/);
  return parts
    .map((part) => (rng.integer(5) === 0 ? part + STRANGE[rng.integer(STRANGE.length)] : part))
    .join('');
}

/** The trained tokenizer with other contents, in a folder of its own. */
function change(name: string, changes: object, config: object = {}): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  const contents = JSON.parse(readFileSync(join(trained, 'tokenizer.json'), 'utf8'));
  writeFileSync(join(path, 'tokenizer.json'), JSON.stringify({ ...contents, ...changes }));
  writeFileSync(join(path, 'tokenizer_config.json'), JSON.stringify(config));
  return path;
}

/** As they stand in a `tokenizer.json`, the first one with the id that the trained tokenizer gave it. */
function addTokens(contents: readonly string[], changes: object = {}): object {
  const flags = { special: false, single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { added_tokens: contents.map((content, i) => ({ id: 1499 + i, content, ...flags, ...changes })) };
}

/** A vocabulary of letters and a few words, as BERT has it. */
function wordPieces(): object {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789.,!?\'"-<>|');
  const tokens = [
    '[UNK]',
    'the',
    'of',
    'and',
    ...letters,
    ...letters.map((letter) => `##${letter}`),
    '##ing',
  ];
  return {
    model: {
      ...{
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    added_tokens: [],
  };
}

/** A vocabulary with probabilities, as T5 has it. */
function unigrams(): object {
  const pieces = ['▁', '▁the', '▁of', 'the', 'in', 'er', ...'abcdefghijklmnopqrstuvwxyz'];
  const metaspace = { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' };
  return {
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: [['<unk>', 0], ...pieces.map((piece, i) => [piece, -2 - i / 7])],
    },
    normalizer: { type: 'NFKC' },
    pre_tokenizer: metaspace,
    post_processor: null,
    decoder: metaspace,
    added_tokens: [],
  };
}

/** The words of GPT-4 and Llama 3, cut by a pattern in the file. */
const PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const byPattern = {
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: PATTERN }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
};

const kinds: readonly (readonly [string, () => string])[] = [
  ['the nano model', nanoModelFolder],
  ['a vocabulary of ours', () => trained],
  ['added tokens, some of which begin alike', () => change('added', addTokens(ADDED))],
  [
    'special tokens that take the spaces around',
    () =>
      change(
        'strip',
        addTokens(
          ADDED.filter((token) => token === token.trim()),
          { special: true, lstrip: true, rstrip: true },
        ),
      ),
  ],
  [
    'a normaliser',
    () => change('nfc', { normalizer: { type: 'NFC' } }, { tokenizer_class: 'GPT2TokenizerFast' }),
  ],
  ['words by a pattern', () => change('pattern', { ...byPattern, ...addTokens(ADDED) })],
  ['word pieces', () => change('pieces', wordPieces(), { tokenizer_class: 'BertTokenizer' })],
  ['a unigram model', () => change('unigram', unigrams())],
];

function differ(ours: Tokenizer, theirs: Tokenizer, part: string): boolean {
  const ids = ours.encode(part);
  return `${theirs.encode(part)}` !== `${ids}` || theirs.decode(ids) !== ours.decode(ids);
}

const peers: readonly TokenizerLibrary[] = ['@huggingface/transformers', '@xenova/transformers'];

describe.each(peers)('%s', (library) => {
  describe.skipIf(!existsSync(join(root, 'packages/models/node_modules', library)))(
    'where it is installed',
    () => {
      it.each(kinds)('gives the same ids and texts as the default, with %s', async (_, makeFolder) => {
        const path = makeFolder();
        const noNetwork = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'));
        const [ours, theirs] = [await loadTokenizer(path), await loadTokenizer(path, { library })];
        expect(noNetwork).not.toHaveBeenCalled();
        noNetwork.mockRestore();
        expect(theirs).toMatchObject({ vocabularySize: ours.vocabularySize });
        expect(theirs.endOfText).toBe(ours.endOfText);
        // Line by line, as corpora are read, and in one piece.
        expect([...text.split(/(?<=\n)/), text].filter((part) => differ(ours, theirs, part))).toEqual([]);
      });

      it('gives the same ids and texts as the default, for a large text', async () => {
        const path = gpt2 ?? nanoModelFolder();
        const [ours, theirs] = [await loadTokenizer(path), await loadTokenizer(path, { library })];
        expect(large.length).toBeGreaterThan(200_000);
        expect(differ(ours, theirs, large)).toBe(false);
      });

      it.skipIf(!gpt2)("gives what Python's tokenizer of GPT-2 gave", async () => {
        const tokenizer = await loadTokenizer(gpt2!, { library });
        for (const { text, ids } of JSON.parse(readFileSync(join(gpt2!, 'expected.json'), 'utf8'))) {
          expect(tokenizer.encode(text)).toEqual(ids);
          expect(tokenizer.decode(ids)).toBe(text);
        }
      });

      it('has a fingerprint of its own, so that no cache of tokens is taken for that of another library', async () => {
        const { fingerprint } = await loadTokenizer(trained);
        expect((await loadTokenizer(trained, { library })).fingerprint).not.toBe(fingerprint);
      });

      it('leaves no name of a browser behind', async () => {
        await loadTokenizer(trained, { library });
        expect('self' in globalThis).toBe(false);
      });

      it.each(['AutoTokenizer', 'pipeline', 'env', 'constructor', 'NoTokenizer', 3])(
        'makes nothing but tokenizers of what a file names as its class: %s',
        async (tokenizer_class) => {
          const { encode } = await loadTokenizer(change('class', {}, { tokenizer_class }), { library });
          expect(encode('some text')).toEqual((await loadTokenizer(trained)).encode('some text'));
        },
      );
    },
  );
});

const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('loadTokenizer', () => {
  it('refuses libraries that it does not know, before it looks for files', async () => {
    const loading = loadTokenizer('nowhere', { library: 'tiktoken' as TokenizerLibrary });
    await expect(loading).rejects.toThrow(
      refused('unknown-library', /@xenova\/transformers, received tiktoken/),
    );
  });

  it('refuses what no library here would do, though the file asks for it', async () => {
    const whole = change('whole', addTokens(['<|endoftext|>', 'cat'], { single_word: true }));
    await expect(loadTokenizer(whole)).rejects.toThrow(refused('unsupported-tokenizer', /single_word/));
    const { model } = JSON.parse(readFileSync(join(trained, 'tokenizer.json'), 'utf8'));
    const prefixed = change('prefix', { model: { ...model, continuing_subword_prefix: '##' } });
    await expect(loadTokenizer(prefixed)).rejects.toThrow(
      refused('unsupported-tokenizer', /continuing_subword_prefix/),
    );
  });

  it('refuses what version 2 of transformers.js would do otherwise, and the default does rightly', async () => {
    const library = '@xenova/transformers';
    const lower = {
      normalizer: { type: 'Lowercase' },
      ...addTokens(['<|endoftext|>', 'CaT'], { normalized: true }),
    };
    const normalised = change('lower', lower);
    const { encode } = await loadTokenizer(normalised);
    expect(encode('caT')).toEqual([1500]);
    await expect(loadTokenizer(normalised, { library })).rejects.toThrow(
      refused('unsupported-tokenizer', /normalised text.*Leave out the option library/),
    );
    const vocab = { x: 0, ' ': 1, 'x ': 2, 'x x': 3 };
    const spaced = change('spaced', {
      model: {
        type: 'BPE',
        vocab,
        merges: [
          ['x', ' '],
          ['x ', 'x'],
        ],
      },
    });
    await expect(loadTokenizer(spaced)).resolves.toMatchObject({ vocabularySize: 1500 });
    await expect(loadTokenizer(spaced, { library })).rejects.toThrow(
      refused('unsupported-tokenizer', /contain spaces/),
    );
  });
});
