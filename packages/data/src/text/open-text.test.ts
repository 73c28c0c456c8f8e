import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedDataPath } from '../../../../test/fixtures';
import { startHub } from '../../../../test/hub-server';
import { openText } from './open-text';

const folder = mkdtempSync(join(tmpdir(), 'lamo-text-'));
const at = (name: string) => join(folder, name);

beforeAll(() => {
  mkdirSync(at('notes/deep'), { recursive: true });
  mkdirSync(at('set/small'), { recursive: true });
  mkdirSync(at('pictures'));
  writeFileSync(at('notes/b.md'), '# Title\n\nBody without an end');
  writeFileSync(at('notes/a.txt'), 'first\r\nsecond 🤖\n');
  writeFileSync(at('notes/deep/c.txt'), 'deep\n');
  writeFileSync(at('notes/picture.png'), Buffer.from([0x89, 0x50]));
  writeFileSync(at('pictures/one.png'), 'no text');
  writeFileSync(at('latin.txt'), Buffer.from('caf\xe9\n', 'latin1'));
  writeFileSync(at('empty.txt'), '');
  const write = (name: string, codec: 'SNAPPY' | 'GZIP', text: (string | null)[]) =>
    parquetWriteFile({
      filename: at(name),
      columnData: [{ name: 'text', data: text, type: 'STRING' }],
      codec,
      compressors: { GZIP: gzipSync },
      rowGroupSize: 2,
    });
  write('set/small/train-00000-of-00002.parquet', 'SNAPPY', ['one\n', '', 'three ²\n']);
  write('set/small/train-00001-of-00002.parquet', 'GZIP', ['four\n', null]);
  write('set/small/test-00000-of-00001.parquet', 'SNAPPY', ['held out\n']);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(source: Parameters<typeof openText>[0], options = {}): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of (await openText(source, options)).rows()) rows.push(row);
  return rows;
}

describe('openText', () => {
  it('reads the lines of all text files of a folder in the order of their paths, line breaks kept', async () => {
    expect(await rowsOf(at('notes'))).toEqual([
      'first\r\n',
      'second 🤖\n',
      '# Title\n',
      '\n',
      'Body without an end',
      'deep\n',
    ]);
  });

  it('reads files in the order they are named, whatever their ending', async () => {
    writeFileSync(at('log'), 'a line\n');
    expect(await rowsOf([at('notes/deep/c.txt'), at('log')])).toEqual(['deep\n', 'a line\n']);
  });

  it('loses no character where pieces of a file or very long lines end', async () => {
    const text = `${'言語🤖'.repeat(60_000)} ${'word '.repeat(100_000)}end\nlast`;
    writeFileSync(at('long.txt'), text);
    const rows = await rowsOf(at('long.txt'));
    expect(rows.join('')).toBe(text);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(65_536);
    expect(rows.every((row) => !/\p{Surrogate}/u.test(row))).toBe(true);
  });

  it('reads the text column of Parquet files, missing text as empty rows, and picks a subset and a split', async () => {
    const options = { subset: 'small', split: 'train' };
    expect(await rowsOf(at('set'), options)).toEqual(['one\n', '', 'three ²\n', 'four\n', '']);
    expect(await rowsOf(at('set'), { split: 'test' })).toEqual(['held out\n']);
  });

  it('has a fingerprint of the contents alone', async () => {
    const fingerprint = async (name: string) => (await openText(at(name))).fingerprint();
    writeFileSync(at('copy.txt'), readFileSync(at('notes/a.txt')));
    expect(await fingerprint('copy.txt')).toBe(await fingerprint('notes/a.txt'));
    writeFileSync(at('copy.txt'), 'first\r\nsecond 🤖 \n');
    expect(await fingerprint('copy.txt')).not.toBe(await fingerprint('notes/a.txt'));
  });

  it('fetches WikiText-103 by its name, what trains and nothing else', async () => {
    const folderOf = 'wikitext-103-raw-v1';
    const part = (name: string) => readFileSync(at(`set/small/${name}`));
    const hub = await startHub('datasets/wikitext', {
      'README.md': Buffer.from('# not text'),
      [`${folderOf}/train-00000-of-00002.parquet`]: part('train-00000-of-00002.parquet'),
      [`${folderOf}/train-00001-of-00002.parquet`]: part('train-00001-of-00002.parquet'),
      [`${folderOf}/test-00000-of-00001.parquet`]: part('test-00000-of-00001.parquet'),
      'wikitext-2-raw-v1/train-00000-of-00001.parquet': part('test-00000-of-00001.parquet'),
    });
    const options = { endpoint: hub.endpoint, cacheFolder: at('hub'), token: '', offline: false };
    try {
      const rows = ['one\n', '', 'three ²\n', 'four\n', ''];
      expect(await rowsOf('wikitext', { hub: options })).toEqual(rows);
      expect(new Set(hub.served.flatMap(({ url }) => url.match(/\w+-0000\d-of/g) ?? []))).toEqual(
        new Set(['train-00000-of', 'train-00001-of']),
      );
      expect(await rowsOf('wikitext', { hub: options, split: 'test' })).toEqual(['held out\n']);
    } finally {
      await hub.close();
    }
    expect(await rowsOf('wikitext', { hub: { ...options, offline: true } })).toHaveLength(5);
  });

  it('asks the hub for a name with an owner, and for no other that it does not know', async () => {
    const hub = await startHub('datasets/someone/wikitext-2', { 'a.txt': Buffer.from('theirs\n') });
    const options = { endpoint: hub.endpoint, cacheFolder: at('theirs'), token: '', offline: false };
    try {
      expect(await rowsOf('someone/wikitext-2', { hub: options })).toEqual(['theirs\n']);
      await expect(openText('bookcorpus', { hub: options })).rejects.toThrow(
        expect.objectContaining({ code: 'unknown-text' }),
      );
      expect(hub.served.filter(({ url }) => url.includes('bookcorpus'))).toEqual([]);
    } finally {
      await hub.close();
    }
  });

  it.skipIf(!sharedDataPath('wikitext-2'))('reads WikiText-2 unchanged', async () => {
    const path = sharedDataPath('wikitext-2')!;
    const rows = await rowsOf(path, { split: 'test' });
    expect(rows.join('')).toBe(readFileSync(join(path, 'test.txt'), 'utf8'));
  });
});

describe('openText refuses', () => {
  const error = (code: string) => expect.objectContaining({ code });

  it('folders with no text, saying what is there and what was looked for', async () => {
    const failure = openText(at('pictures'));
    await expect(failure).rejects.toThrow(error('no-text'));
    await expect(failure).rejects.toThrow(/\.txt.*received one\.png/);
    await expect(openText(at('set'), { split: 'dev' })).rejects.toThrow(/with dev in their names/);
    await expect(openText([])).rejects.toThrow(error('no-text'));
  });

  it('paths that do not exist, without asking the network', async () => {
    await expect(openText(at('nowhere'))).rejects.toThrow(error('folder-not-found'));
    writeFileSync(at('a-book.txt'), 'text');
    const misspelt = openText(at('a-bok.txt'));
    await expect(misspelt).rejects.toThrow(error('file-not-found'));
    await expect(misspelt).rejects.toThrow(/Did you mean '.*a-book\.txt'/);
    await expect(openText('wikitext', { hub: { offline: true, cacheFolder: folder } })).rejects.toThrow(
      error('not-cached'),
    );
  });

  it.each([
    ['markov-chian', 'markov-chain'],
    ['Markov_Chain:states=10,memory=2', 'markov-chain:states=10,memory=2'],
    ['independant-token', 'independent-tokens'],
    ['wikitext-2', 'wikitext'],
  ])('%s, and says what is near, without asking the network', async (name, meant) => {
    // Nobody answers there: asking would end in `unreachable`, or in `repository-not-found`.
    const failure = openText(name, { hub: { endpoint: 'http://127.0.0.1:9', offline: false } });
    await expect(failure).rejects.toMatchObject({
      code: 'unknown-text',
      hint: expect.stringContaining(`Did you mean '${meant}'?`),
    });
  });

  it('other names without an owner, without asking the network', async () => {
    const failure = openText('nam', { hub: { endpoint: 'http://127.0.0.1:9', offline: false } });
    await expect(failure).rejects.toMatchObject({
      code: 'unknown-text',
      hint: 'To ask the hub, put the owner before the name: owner/nam.',
    });
  });

  it('files that are not UTF-8', async () => {
    await expect(rowsOf(at('latin.txt'))).rejects.toThrow(error('not-utf8'));
  });

  it('damaged Parquet files and those without a column of text', async () => {
    const whole = at('set/small/test-00000-of-00001.parquet');
    const cut = at('cut.parquet');
    writeFileSync(cut, readFileSync(whole));
    truncateSync(cut, 60);
    await expect(rowsOf(cut)).rejects.toThrow(error('damaged-file'));
    parquetWriteFile({
      filename: at('numbers.parquet'),
      columnData: [{ name: 'label', data: [1, 2], type: 'INT32' }],
    });
    await expect(rowsOf(at('numbers.parquet'))).rejects.toThrow(/received `label` \(INT32\)/);
  });
});

describe('JSON lines', () => {
  const lines = '{"text":"one\\n","id":1}\n\n{"id":2,"text":"zwei ²"}\r\n{"text":null}\n{"text":""}';

  it('give the field that holds the text, packed or not', async () => {
    writeFileSync(at('rows.jsonl'), lines);
    writeFileSync(at('rows.jsonl.gz'), gzipSync(lines));
    expect(await rowsOf(at('rows.jsonl'))).toEqual(['one\n', 'zwei ²', '', '']);
    expect(await rowsOf(at('rows.jsonl.gz'))).toEqual(['one\n', 'zwei ²', '', '']);
    writeFileSync(at('other.jsonl'), '{"body":"mine","text":"not mine"}\n');
    expect(await rowsOf(at('other.jsonl'), { field: 'body' })).toEqual(['mine']);
    const [text, body] = [{}, { field: 'body' }].map(async (options) =>
      (await openText(at('other.jsonl'), options)).fingerprint(),
    );
    expect(await text).not.toBe(await body);
  });

  it('may have long lines, which pass through many pieces of the file', async () => {
    const long = '言語 '.repeat(300_000);
    writeFileSync(at('long.jsonl'), `${JSON.stringify({ text: long })}\n${JSON.stringify({ text: 'b' })}\n`);
    expect(await rowsOf(at('long.jsonl'))).toEqual([long, 'b']);
  });

  it.each([
    [
      'without the field',
      '{"text":"a"}\n{"body":"b","id":3}\n',
      'missing-field',
      /Line 2 .*body, id.*--text-field/,
    ],
    ['with a number in it', '{"text":3}\n', 'missing-field', /Line 1 .*type number/],
    ['that is a list', '["text"]\n', 'not-json-lines', /Line 1/],
    ['that is cut off', '{"text":"a"}\n{"text":"b', 'not-json-lines', /Line 2 .*cut off/],
  ])('%s are refused with the number of the line', async (_, content, code, message) => {
    writeFileSync(at('bad.jsonl'), content);
    const failure = rowsOf(at('bad.jsonl'));
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(message);
  });
});

describe('packed text', () => {
  it('is unpacked', async () => {
    writeFileSync(at('packed.txt.gz'), gzipSync('first\nsecond\n'));
    expect(await rowsOf(at('packed.txt.gz'))).toEqual(['first\n', 'second\n']);
  });

  it('that is cut off, or not packed at all, is refused as damaged', async () => {
    writeFileSync(at('half.txt.gz'), gzipSync('first\nsecond\n'.repeat(1000)).subarray(0, 60));
    await expect(rowsOf(at('half.txt.gz'))).rejects.toMatchObject({ code: 'damaged-file' });
    writeFileSync(at('plain.txt.gz'), 'not packed');
    await expect(rowsOf(at('plain.txt.gz'))).rejects.toMatchObject({ code: 'damaged-file' });
    await expect(rowsOf(at('none.txt.gz'))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('that grows a thousand times is refused, and needs little memory until then', async () => {
    writeFileSync(at('bomb.txt.gz'), gzipSync(Buffer.alloc(256 << 20, 'word '), { level: 9 }));
    const rows = (await openText(at('bomb.txt.gz'))).rows();
    const readAll = async () => {
      for await (const row of rows) void row;
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'too-large' });
  });
});

it.each(['table.csv', 'table.tsv', 'list.json', 'page.html', 'book.epub', 'texts.zip', 'texts.txt.zst'])(
  '%s is not read as if its commas, tags or bytes were language',
  async (name) => {
    writeFileSync(at(name), 'id,text\n1,hello\n');
    const failure = openText(at(name));
    await expect(failure).rejects.toMatchObject({ code: 'not-text' });
    await expect(failure).rejects.toThrow(/Convert it to \.jsonl or \.txt/);
  },
);
