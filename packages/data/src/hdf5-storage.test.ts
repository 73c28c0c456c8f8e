import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHdf5 } from '../test/write-hdf5';
import { type Hdf5Library, loadHdf5 } from './hdf5-library';
import { readD4rl } from './read-d4rl';

const ROWS = 20;
const made = (name: string) => fileURLToPath(new URL(`../test/hdf5/${name}.hdf5`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-storage-'));
  await writeHdf5(at('whole.hdf5'), { ...rest, observations });
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const column = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const observations = { shape: [ROWS, 2], data: Float32Array.from({ length: 2 * ROWS }, (_, i) => i + 1) };
const rest = { actions: column(ROWS, 1), rewards: column(ROWS), terminals: column(ROWS) };

/** Writes a valid file without observations, and lets `add` write them. */
async function fileWith(add: (file: InstanceType<Hdf5Library['File']>) => void): Promise<string> {
  const { File } = await loadHdf5();
  await writeHdf5(at('case.hdf5'), rest);
  const file = new File(at('case.hdf5'), 'a');
  add(file);
  file.close();
  return at('case.hdf5');
}

const refusal = (code: string, ...parts: string[]) => ({
  code,
  message: expect.stringMatching(new RegExp(parts.join('.*'), 's')),
});

describe('numbers that lie outside of the file are not read as zeros', () => {
  it('but refused if the dataset is virtual', async () => {
    await expect(readD4rl(made('virtual'))).rejects.toMatchObject(
      refusal('outside-file', '`observations`', 'virtual dataset over elsewhere.hdf5', 'h5py'),
    );
  });

  it('but refused if they are in raw files, which may be short', async () => {
    for (const length of [0, 8, 4096]) {
      copyFileSync(made('raw'), at('raw.hdf5'));
      if (length > 0) writeFileSync(at('elsewhere.bin'), Buffer.alloc(length, 1));
      await expect(readD4rl(at('raw.hdf5'))).rejects.toMatchObject(
        refusal('outside-file', '`observations`', 'external storage'),
      );
    }
  });

  it('but refused if a link leads to such numbers in another file', async () => {
    copyFileSync(made('raw'), at('raw.hdf5'));
    for (const target of [made('virtual'), 'raw.hdf5']) {
      const path = await fileWith((file) =>
        file.create_external_link(target, '/observations', 'observations'),
      );
      await expect(readD4rl(path)).rejects.toMatchObject(refusal('outside-file', '`observations`'));
    }
  });

  it('but refused if a link leads nowhere, saying where it leads', async () => {
    const toFile = await fileWith((file) => file.create_external_link('gone.hdf5', '/x', 'observations'));
    await expect(readD4rl(toFile)).rejects.toMatchObject(refusal('broken-link', '/x of gone.hdf5'));
    const toKey = await fileWith((file) => file.create_external_link('whole.hdf5', '/x', 'observations'));
    await expect(readD4rl(toKey)).rejects.toMatchObject(refusal('broken-link', '/x of .*whole.hdf5'));
    const soft = await fileWith((file) => file.create_soft_link('/x', 'observations'));
    await expect(readD4rl(soft)).rejects.toMatchObject(refusal('broken-link', '/x of .*case.hdf5'));
    const circle = await fileWith((file) => file.create_soft_link('/observations', 'observations'));
    await expect(readD4rl(circle)).rejects.toMatchObject(refusal('broken-link', 'leads to itself'));
  });

  it('and read where links lead to numbers, also through several files', async () => {
    await writeHdf5(at('hop.hdf5'), {});
    const { File } = await loadHdf5();
    const hop = new File(at('hop.hdf5'), 'a');
    hop.create_external_link('whole.hdf5', '/', 'whole');
    hop.create_soft_link('whole/observations', 'soft');
    hop.close();
    for (const key of ['/soft', '/whole/observations']) {
      const path = await fileWith((file) => file.create_external_link('hop.hdf5', key, 'observations'));
      expect((await readD4rl(path)).observations).toEqual(observations.data);
    }
  });
});

describe('numbers that were never written are not read as zeros', () => {
  it('if there are none at all', async () => {
    await expect(readD4rl(made('chunked'))).rejects.toMatchObject(refusal('never-written', '`observations`'));
  });

  it.each([
    ['a few chunks', 5],
    ['so many chunks that their index is a tree of several levels', 3000],
  ])('if one of %s is missing', async (_, chunks) => {
    const rows = chunks + 1;
    const { File } = await loadHdf5();
    await writeHdf5(at('chunks.hdf5'), {
      actions: column(rows, 1),
      rewards: column(rows),
      terminals: column(rows),
    });
    const file = new File(at('chunks.hdf5'), 'a');
    const dataset = file.create_dataset({
      name: 'observations',
      data: new Float32Array(chunks).fill(1),
      shape: [chunks, 1],
      chunks: [1, 1],
      maxshape: [null, 1],
    });
    dataset.resize([rows, 1]);
    const last = (value: number) => dataset.write_slice([[rows - 1, rows], []], Float32Array.of(value));
    file.flush();
    await expect(readD4rl(at('chunks.hdf5'))).rejects.toMatchObject(
      refusal('never-written', '`observations`'),
    );
    last(5);
    file.close();
    expect((await readD4rl(at('chunks.hdf5'))).observations.at(-1)).toBe(5);
  });

  it('except in flags and rewards: where all are zero some programs write nothing', async () => {
    copyFileSync(made('chunked'), at('flags.hdf5'));
    const { File } = await loadHdf5();
    const file = new File(at('flags.hdf5'), 'a');
    const chunks = { chunks: [5], maxshape: [null] };
    file.create_dataset({ name: 'timeouts', data: new Int32Array(5), shape: [5], ...chunks }).resize([ROWS]);
    (file.get('observations') as InstanceType<Hdf5Library['Dataset']>).write_slice(
      [[0, ROWS], []],
      observations.data,
    );
    file.close();
    expect((await readD4rl(at('flags.hdf5'))).truncated).toEqual(new Uint8Array(ROWS));
  });
});

it('an info that cannot be read is left out, and the dataset is warned of it', async () => {
  const path = await fileWith((file) => {
    file.create_dataset({ name: 'observations', ...observations });
    file.create_group('infos');
    file.create_dataset({ name: 'infos/qpos', ...column(ROWS, 2) });
    file.create_dataset({ name: 'infos/reset', ...column(ROWS + 1) });
    file.create_external_link('gone.hdf5', '/goal', 'infos/goal');
  });
  const { infos, warnings } = await readD4rl(path);
  expect(Object.keys(infos)).toEqual(['qpos']);
  const leftOut = warnings?.filter(({ code }) => code === 'info-left-out');
  expect(leftOut).toEqual([
    { code: 'info-left-out', message: expect.stringMatching(/`infos\/reset` is left out.*received 21/) },
    { code: 'info-left-out', message: expect.stringMatching(/`infos\/goal` is left out.*gone\.hdf5/) },
  ]);
});

it('a filter that is not here is named, with what reads it', async () => {
  await expect(readD4rl(made('lzf'))).rejects.toMatchObject(
    refusal('unknown-filter', '`observations`', 'lzf \\(filter 32000\\)', 'h5repack -f GZIP', 'h5py'),
  );
});
