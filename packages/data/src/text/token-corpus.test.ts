import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { holdOut } from './hold-out';
import { textFromRows } from './text-source';
import type { TokenCorpus } from './token-blocks';
import { type TokenCorpusOptions, tokenCorpus } from './token-corpus';
import type { Tokenizer } from './tokenizer';

const folder = mkdtempSync(join(tmpdir(), 'lamo-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One token per character, so that what a block holds can be read. */
function characters(vocabularySize = 256): Tokenizer & { calls: number } {
  return {
    vocabularySize,
    fingerprint: `characters ${vocabularySize}`,
    calls: 0,
    encode(text) {
      this.calls++;
      return Array.from(text, (character) => character.codePointAt(0)!);
    },
    decode: (ids) => String.fromCodePoint(...Array.from(ids)),
  };
}

const open = (rows: string[], options: TokenCorpusOptions = {}, tokenizer: Tokenizer = characters()) =>
  tokenCorpus(textFromRows(rows), tokenizer, { cacheFolder: folder, blockLength: 4, ...options });

function blocksOf(corpus: TokenCorpus): string[] {
  const ids = new Float32Array(corpus.blockLength);
  return Array.from({ length: corpus.blocks }, (_, block) => {
    corpus.read(block, ids);
    return String.fromCodePoint(...ids);
  });
}

describe('tokenCorpus', () => {
  const rows = ['abc', 'de', '', 'fghij', 'klm', 'nopqr', 's'];

  it('joins groups of rows with nothing between, cuts blocks and drops what is left of each group', async () => {
    // Groups of three rows, empty ones counted: abcde | fghijklmnopqr | s
    expect(blocksOf(await open(rows, { rowsPerGroup: 3 }))).toEqual(['abcd', 'fghi', 'jklm', 'nopq']);
    // All but one group are whole: 1000 rows of 7 tokens, then 500.
    const many = await open(
      Array.from({ length: 1500 }, () => '7 chars'),
      { blockLength: 1024 },
    );
    expect(many.blocks).toBe(Math.floor(7000 / 1024) + Math.floor(3500 / 1024));
  });

  it('joins the whole text when asked to', async () => {
    const corpus = await open(rows, { rowsPerGroup: 'all' });
    expect(blocksOf(corpus)).toEqual(['abcd', 'efgh', 'ijkl', 'mnop']);
    expect(corpus).toMatchObject({ name: 'rows', blocks: 4, blockLength: 4, vocabularySize: 256 });
    expect(corpus.largestToken).toBe('s'.codePointAt(0));
  });

  it('keeps ids beyond 16 bits', async () => {
    const corpus = await open(['🤖🦿🤖🦿'], {}, characters(0x110000));
    expect(blocksOf(corpus)).toEqual(['🤖🦿🤖🦿']);
  });

  it('tokenises once for all block lengths, and anew for other text, tokenizers and groupings', async () => {
    const tokenizer = characters();
    const fresh = ['fresh', 'rows', 'here'];
    await open(fresh, {}, tokenizer);
    expect(tokenizer.calls).toBe(3);
    expect(blocksOf(await open(fresh, { blockLength: 6 }, tokenizer))).toEqual(['freshr', 'owsher']);
    expect(tokenizer.calls).toBe(3);
    await open(fresh, { rowsPerGroup: 2 }, tokenizer);
    await open([...fresh, '!'], {}, tokenizer);
    const other = { ...characters(), fingerprint: 'other' };
    await open(fresh, {}, other);
    expect([tokenizer.calls, other.calls]).toEqual([3 + 3 + 4, 3]);
  });

  it('reads a block to the asked place and nothing else', async () => {
    const into = new Float32Array(10).fill(-1);
    (await open(rows, { rowsPerGroup: 'all' })).read(1, into, 3);
    expect(Array.from(into)).toEqual([-1, -1, -1, ...Array.from('efgh', (c) => c.charCodeAt(0)), -1, -1, -1]);
  });

  it('permutes the tokens within each block, always alike for one seed', async () => {
    const text = ['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const plain = blocksOf(await open(text, { blockLength: 26 }));
    const shuffled = await open(text, { blockLength: 26, shuffleSeed: 1 });
    const blocks = blocksOf(shuffled);
    expect(blocks.map((block) => Array.from(block).sort().join(''))).toEqual(plain);
    expect(blocks).not.toEqual(plain);
    expect(blocksOf(shuffled)).toEqual(blocks);
    expect(blocksOf(shuffled.slice(1, 2))).toEqual([blocks[1]]);
    expect(blocksOf(await open(text, { blockLength: 26, shuffleSeed: 2 }))).not.toEqual(blocks);
    // The permutations of two blocks differ.
    const order = (block: number) => Array.from(blocks[block]!, (c) => plain[block]!.indexOf(c));
    expect(order(0)).not.toEqual(order(1));
  });

  it('holds out the last blocks', async () => {
    const corpus = await open(rows, { rowsPerGroup: 'all', blockLength: 2 });
    const { training, heldOut } = holdOut(corpus, 0.25);
    expect([...blocksOf(training), '|', ...blocksOf(heldOut)]).toEqual([
      ...['ab', 'cd', 'ef', 'gh', 'ij', 'kl', 'mn', '|'],
      ...['op', 'qr'],
    ]);
    expect(holdOut(corpus, 0.01).heldOut.blocks).toBe(1);
    for (const fraction of [0, 1, Number.NaN]) {
      expect(() => holdOut(corpus, fraction)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    }
    expect(() => training.read(7, new Float32Array(2))).toThrow(/from 0 to 6, received 7/);
    expect(() => corpus.slice(3, 10)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  });

  it('says how far it is while it tokenises', async () => {
    const heard: unknown[] = [];
    const text = Array.from({ length: 2500 }, () => 'xy');
    await open(text, { onProgress: (done) => heard.push(done) });
    await open(text, { onProgress: (done) => heard.push(done) });
    expect(heard).toEqual([
      { rows: 1000, tokens: 2000 },
      { rows: 2000, tokens: 4000 },
    ]);
  });

  it('says so sooner where rows are long', async () => {
    const heard: unknown[] = [];
    const text = Array.from({ length: 5 }, () => 'x'.repeat(60_000));
    await open(text, { onProgress: (done) => heard.push(done) });
    expect(heard).toEqual([
      { rows: 2, tokens: 120_000 },
      { rows: 4, tokens: 240_000 },
    ]);
  });
});

describe('the file of a token corpus', () => {
  it('appears whole or not at all', async () => {
    const cacheFolder = join(folder, 'broken');
    const failing = {
      ...textFromRows(['abcd']),
      async *rows() {
        yield 'abcd';
        throw new Error('the power went off');
      },
    };
    await expect(tokenCorpus(failing, characters(), { cacheFolder, blockLength: 2 })).rejects.toThrow(
      'the power went off',
    );
    expect(readdirSync(cacheFolder)).toEqual([]);
    const corpus = await tokenCorpus(textFromRows(['abcd']), characters(), { cacheFolder, blockLength: 2 });
    expect(blocksOf(corpus)).toEqual(['ab', 'cd']);
  });

  it('is made anew if it is damaged, and says what it holds', async () => {
    const cacheFolder = join(folder, 'damaged');
    const text = ['abcdefgh'];
    await open(text, { cacheFolder });
    const path = join(cacheFolder, readdirSync(cacheFolder)[0]!);
    expect(JSON.parse(readFileSync(path, 'utf8').slice(0, 1024))).toMatchObject({
      source: 'rows',
      tokens: 8,
    });
    for (const length of [0, 1000, 1030]) {
      truncateSync(path, length);
      expect(blocksOf(await open(text, { cacheFolder }))).toEqual(['abcd', 'efgh']);
    }
  });

  it('is made anew if a single bit of it is another, wherever that is', async () => {
    const cacheFolder = join(folder, 'flipped');
    await open(['abcdefgh'], { cacheFolder });
    const path = join(cacheFolder, readdirSync(cacheFolder)[0]!);
    const whole = readFileSync(path);
    // In the ids, in a group's end, and in the header's numbers.
    const places = [
      1024,
      1024 + 9,
      whole.length - 2,
      whole.indexOf('"tokens":8') + 9,
      whole.indexOf('"vocabularySize":256') + 17,
    ];
    for (const place of places) {
      const damaged = Buffer.from(whole);
      damaged[place]! ^= 0x02;
      writeFileSync(path, damaged);
      expect(blocksOf(await open(['abcdefgh'], { cacheFolder }))).toEqual(['abcd', 'efgh']);
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  it('is refused if it changes after it was opened', async () => {
    const cacheFolder = join(folder, 'changes');
    const corpus = await open(['abcdefgh'], { cacheFolder });
    const path = join(cacheFolder, readdirSync(cacheFolder)[0]!);
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.from(whole).fill(0xff, 1024, 1026));
    expect(() => blocksOf(corpus)).toThrow(/changed while it was being read/);
    writeFileSync(path, whole.subarray(0, 1030));
    expect(() => blocksOf(corpus)).toThrow(/changed while it was being read/);
  });

  it('holds text that is larger than the buffers it passes through', async () => {
    const row = 'abcdefghijklmnopqrst'.repeat(1000);
    const corpus = await open(
      Array.from({ length: 50 }, () => row),
      { blockLength: 1000 },
    );
    expect(corpus.blocks).toBe(1000);
    expect(new Set(blocksOf(corpus))).toEqual(new Set([row.slice(0, 1000)]));
  });
});

describe('tokenCorpus refuses', () => {
  const error = (code: string) => expect.objectContaining({ code });

  it('text without tokens', async () => {
    await expect(open([])).rejects.toThrow(/no text in rows.*received no rows/i);
    await expect(open(['', ''])).rejects.toThrow(/received 2 empty rows/);
  });

  it('text that fills no block, saying what would help', async () => {
    const failure = open(['abc', 'defg'], { rowsPerGroup: 1, blockLength: 5 });
    await expect(failure).rejects.toThrow(error('too-short'));
    await expect(failure).rejects.toThrow(/received 4 in the longest group, 7 in all.*blockLength/i);
  });

  it('ids that the vocabulary does not have', async () => {
    const failure = open(['fine', 'naïve'], {}, characters(128));
    await expect(failure).rejects.toThrow(error('token-out-of-range'));
    await expect(failure).rejects.toThrow(/row 2 of rows.*below 128, received 239/);
  });

  it('lengths that are not positive integers', async () => {
    await expect(open(['abcd'], { blockLength: 0 })).rejects.toThrow(error('out-of-range'));
    await expect(open(['abcd'], { rowsPerGroup: 1.5 })).rejects.toThrow(error('out-of-range'));
  });

  it('cache folders that cannot be made', async () => {
    const inTheWay = join(folder, 'a-file');
    writeFileSync(inTheWay, '');
    const failure = open(['abcd'], { cacheFolder: join(inTheWay, 'cache') });
    await expect(failure).rejects.toThrow(error('not-writable'));
  });
});
