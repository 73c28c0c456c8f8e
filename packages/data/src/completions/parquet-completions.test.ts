import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openCompletions } from './open-completions';
import type { ReadingOptions } from './read-example';
import { readPrompts } from './read-prompts';
import { tokenCompletions } from './token-completions';

// A process is started for each file: a tenth of a second on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-parquet-completions-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One token per byte; 0 ends a text. */
const bytes = {
  vocabularySize: 256,
  fingerprint: 'bytes',
  endOfText: 0,
  encode: (text: string) => [...Buffer.from(text)],
  decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString(),
};

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
});
const optional = (name: string, type: 'DOUBLE' | 'INT64' | 'BOOLEAN'): SchemaElement => ({
  name,
  type,
  repetition_type: 'OPTIONAL',
});
/** A list, as pandas, Arrow and `datasets` write it. @param element what is in it, and below it */
const list = (name: string, ...[element, ...below]: [SchemaElement, ...SchemaElement[]]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { ...element, name: 'element' },
  ...below,
];
const message = (...fields: SchemaElement[]) =>
  [{ name: 'element', repetition_type: 'OPTIONAL', num_children: fields.length }, ...fields] as [
    SchemaElement,
    ...SchemaElement[],
  ];

/** Writes columns, with their schema where they are nested. */
function write(
  name: string,
  columns: Readonly<Record<string, readonly unknown[]>>,
  schema?: SchemaElement[],
) {
  const filename = join(folder, name);
  const columnData = Object.entries(columns).map(
    ([column, data]): ColumnSource => ({
      name: column,
      data: data as unknown[],
      ...(schema === undefined && { type: 'STRING' as const }),
    }),
  );
  const root = { name: 'root', num_children: columnData.length };
  parquetWriteFile({ filename, columnData, rowGroupSize: 2, ...(schema && { schema: [root, ...schema] }) });
  return filename;
}

function writeLines(name: string, rows: readonly unknown[]) {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

const tokenise = (path: string, options: ReadingOptions = {}) =>
  tokenCompletions(openCompletions(path, options), bytes, { context: 100 });

describe('a Parquet file of completions', () => {
  it('gives what JSON lines of the same contents give, over several groups of rows', async () => {
    const rows = ['a', '', 'ö', 'd', 'e'].map((prompt, id) => ({ prompt, completion: `c${id}`, id }));
    const lines = await tokenise(writeLines('same.jsonl', rows));
    const path = write('same.parquet', {
      completion: rows.map(({ completion }) => completion),
      prompt: rows.map(({ prompt }) => prompt),
      note: rows.map(() => 'not read'),
    });
    const table = await tokenise(path);
    expect(table.examples).toBe(5);
    expect(table.hash()).toBe(lines.hash());
    expect(await readPrompts(path)).toEqual(rows.map(({ prompt }) => prompt));
  });

  it('may have dialogues, with rewards of messages, beside prompts and rewards of tokens; null is nothing', async () => {
    const dialogue = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a', reward: 2 },
    ];
    const rows = [
      { messages: dialogue },
      { prompt: 'p', completion: 'cd', rewards: [1, 0, 0.5], done: false },
      { prompt: 'p', completion: 'c', score: 3 },
    ];
    const of = (field: string) => rows.map((row) => (row as Record<string, unknown>)[field] ?? null);
    const columns = ['messages', 'prompt', 'completion', 'rewards', 'done'];
    const path = write('all.parquet', Object.fromEntries(columns.map((name) => [name, of(name)])), [
      ...list('messages', ...message(text('role'), text('content'), optional('reward', 'DOUBLE'))),
      text('prompt'),
      text('completion'),
      ...list('rewards', optional('element', 'DOUBLE')),
      optional('done', 'BOOLEAN'),
    ]);
    const table = await tokenise(path);
    expect(table.hash()).toBe((await tokenise(writeLines('all.jsonl', rows))).hash());
    expect([0, 1, 2].map((i) => table.reward(i))).toEqual([2, 1.5, 0]);
    expect(table.isUnfinished(1)).toBe(true);
    expect(table.withoutReward).toBe(`row 3 of ${path}`);
  });

  it('may have whole numbers of 64 bits as rewards, in a column of any name', async () => {
    const path = write('whole.parquet', { prompt: ['a'], completion: ['b'], score: [-3n] }, [
      text('prompt'),
      text('completion'),
      optional('score', 'INT64'),
    ]);
    expect((await tokenise(path, { rewardField: 'score' })).reward(0)).toBe(-3);
  });

  it('has a fingerprint of its contents', async () => {
    const [one, same, other] = ['b', 'b', 'c'].map((completion, i) =>
      write(`print-${i}.parquet`, { prompt: ['a'], completion: [completion] }),
    );
    const print = (path: string | undefined) => openCompletions(path!).fingerprint();
    expect(await print(same)).toBe(await print(one));
    expect(await print(other)).not.toBe(await print(one));
  });

  it.each([
    [
      'an empty completion',
      { prompt: ['a', 'a'], completion: ['b', ''] },
      /row 2 of .*bad\.parquet is empty/,
    ],
    ['a prompt that is null', { prompt: ['a', null], completion: ['b', 'b'] }, /`prompt` of row 2 of/],
    [
      'a column of another name',
      { prompt: ['a'], answer: ['b'] },
      /`completion` of row 1 .*received the fields answer, prompt/,
    ],
    ['no known column', { text: ['a'] }, /none of the columns.*prompt, completion, messages.*received text/],
    ['messages that are a text', { messages: ['[]'] }, /row 1 of .*a list of messages.*received/],
  ])('is refused with %s, with the number of the row', async (_, columns, message) => {
    await expect(tokenise(write('bad.parquet', columns))).rejects.toThrow(message);
  });

  it('is refused where it is cut off, or not Parquet at all', async () => {
    const whole = write('whole-2.parquet', { prompt: ['a'], completion: ['b'] });
    const cut = join(folder, 'cut.parquet');
    writeFileSync(cut, readFileSync(whole).subarray(0, 60));
    await expect(tokenise(cut)).rejects.toMatchObject({ code: 'damaged-file' });
    writeFileSync(cut, '{"prompt":"a","completion":"b"}\n');
    await expect(tokenise(cut)).rejects.toMatchObject({ code: 'damaged-file' });
  });
});
