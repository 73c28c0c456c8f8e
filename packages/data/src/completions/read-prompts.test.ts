import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { readPrompts } from './read-prompts';

const folder = mkdtempSync(join(tmpdir(), 'lamo-prompts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, contents: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};

it('reads lines as they are, without blank ones and their ends', async () => {
  const path = write('prompts.txt', 'one \r\n\n  two\n   \n{"prompt": "three"}');
  expect(await readPrompts(path)).toEqual(['one ', '  two', '{"prompt": "three"}']);
});

it('reads a field of JSON lines, empty or of several lines, also compressed', async () => {
  const lines = '{"prompt": "one\\ntwo", "id": 1}\n\n{"prompt": ""}\n';
  expect(await readPrompts(write('prompts.jsonl', lines))).toEqual(['one\ntwo', '']);
  expect(await readPrompts(write('prompts.jsonl.gz', gzipSync(lines)))).toEqual(['one\ntwo', '']);
  expect(await readPrompts(write('questions.jsonl', '{"question": "why"}'), 'question')).toEqual(['why']);
});

it('refuses what has no prompts, and says where', async () => {
  await expect(readPrompts(write('empty.txt', ' \n\n'))).rejects.toMatchObject({ code: 'no-prompts' });
  await expect(readPrompts(write('text.jsonl', '{"prompt": "a"}\n{"text": "b"}'))).rejects.toThrow(
    /no text in the field `prompt` of line 2.*received the fields text/s,
  );
  await expect(readPrompts(write('cut.jsonl', '{"prompt": "a'))).rejects.toMatchObject({
    code: 'not-json-lines',
  });
  await expect(readPrompts(join(folder, 'promts.txt'))).rejects.toThrow(/Did you mean '.*prompts.txt'/);
});
