import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryPlaces } from '../../test/temporary-places';
import { createDataset } from '../dataset';
import { hashDataset } from '../hash-dataset';
import { readDataset } from '../read-dataset';
import { writeD4rl } from '../write-d4rl';
import { prepareDataset } from './prepare-dataset';
import { MANIFEST } from './prepared-manifest';
import { readPrepared } from './read-prepared';

const place = temporaryPlaces('prepared');
/** How something ends: with a value, or with the code of its error. */
const outcome = (act: () => Promise<string>) =>
  act().catch((error: { readonly code?: string }) => error.code ?? `no LamoError: ${error}`);

/** A dataset with everything in it that can be. */
const everything = () =>
  createDataset({
    name: 'all',
    observations: Float32Array.from({ length: 12 }, (_, i) => i / 3),
    nextObservations: Float32Array.from({ length: 12 }, (_, i) => (i + 2) / 3),
    observationSpace: { kind: 'vector', parts: { goal: { start: 0, end: 2 } } },
    actions: [0, 1, 2, 0, 1, 2],
    actionSpace: { kind: 'discrete', count: 3, labels: ['a', 'b', 'c'] },
    rewards: [0, 1, 2, 3, 4, 5],
    terminated: [0, 0, 1, 0, 0, 0],
    truncated: [0, 0, 0, 0, 1, 0],
    infos: {
      'q/pos ü': { width: 2, data: Float64Array.from({ length: 12 }, (_, i) => Math.PI * i) },
      task: { width: 1, data: Int32Array.of(7, 7, 7, -8, -8, 9) },
    },
  });

/** The ways to open a set: mapped and compared at once, mapped and not, read. */
const OPENINGS = [{}, { checkUpTo: 0 }, { map: false }];

describe('prepareDataset, of other datasets', () => {
  const prepare = async () => {
    const path = place('.hdf5');
    await writeD4rl(everything(), path);
    const out = place();
    await prepareDataset(path, out);
    return { path, out, before: await readDataset(path) };
  };

  it('keeps every column and what is said of it, read or mapped', async () => {
    const { out, before } = await prepare();
    for (const map of [true, false])
      expect(await readPrepared(out, { map, name: before.name })).toEqual(before);
  });

  it('keeps the file as it is when a program writes into a mapped array', async () => {
    const { out, before } = await prepare();
    const mapped = await readPrepared(out);
    mapped.rewards[0] = 99;
    expect((await readPrepared(out)).rewards).toEqual(before.rewards);
  });

  it('knows sums of columns that are read piece by piece', async () => {
    const path = place('.hdf5');
    const rows = 2 ** 20 + 1000;
    const rewards = Float32Array.from({ length: rows }, (_, row) => Math.sin(row));
    await writeD4rl(
      createDataset({
        ...{ rewards, observations: rewards, actions: rewards },
        ...{ observationSize: 1, actionSize: 1, terminated: new Uint8Array(rows) },
      }),
      path,
    );
    const out = place();
    await prepareDataset(path, out);
    expect(hashDataset(await readPrepared(out))).toBe(hashDataset(await readDataset(path)));
  });

  it('keeps images as bytes', async () => {
    const path = place('.hdf5');
    const observations = Uint8Array.from({ length: 3 * 12 }, (_, i) => 7 * i);
    await writeD4rl(
      createDataset({
        observations,
        observationSpace: { kind: 'image', shape: [2, 2, 3] },
        actions: [0, 1, 0],
        rewards: [0, 0, 1],
        terminated: [0, 0, 1],
      }),
      path,
    );
    const out = place();
    await prepareDataset(path, out);
    expect(await readDataset(out, { name: 'x' })).toEqual(await readDataset(path, { name: 'x' }));
  });

  it('leaves what is there as it is, and refuses another dataset, another reading and other folders', async () => {
    const { path, out } = await prepare();
    const before = readFileSync(join(out, MANIFEST), 'utf8');
    expect(await prepareDataset(path, out)).toMatchObject({ wasThere: true });
    expect(readFileSync(join(out, MANIFEST), 'utf8')).toBe(before);
    await expect(prepareDataset(path, out, { infos: false })).rejects.toMatchObject({ code: 'other-source' });
    utimesSync(path, 1, 1);
    await expect(prepareDataset(path, out)).rejects.toMatchObject({ code: 'other-source' });
    expect(await prepareDataset(path, out, { overwrite: true })).toMatchObject({ wasThere: false });
    const other = place();
    mkdirSync(other);
    writeFileSync(join(other, 'mine.txt'), 'x');
    await expect(prepareDataset(path, other)).rejects.toMatchObject({ code: 'folder-exists' });
    await expect(prepareDataset(path, other, { overwrite: true })).rejects.toMatchObject({
      code: 'folder-exists',
    });
    expect(readdirSync(other)).toEqual(['mine.txt']);
  });

  it('refuses to be written over what it is read from', async () => {
    const { out, before } = await prepare();
    await expect(prepareDataset(out, `${out}/.`, { overwrite: true })).rejects.toMatchObject({
      code: 'same-file',
    });
    expect(hashDataset(await readDataset(out))).toBe(hashDataset(before));
  });

  it('replaces what was prepared only by what can be read', async () => {
    const { out, before } = await prepare();
    for (const [ending, text] of [
      ['.jsonl', '{"observation": 1, "action": 1, "reward": 1}'],
      ['.hdf5', 'no HDF5'],
    ]) {
      const path = place(ending);
      writeFileSync(path, text!);
      await expect(prepareDataset(path, out, { overwrite: true })).rejects.toMatchObject({
        code: expect.any(String),
      });
      expect(hashDataset(await readDataset(out))).toBe(hashDataset(before));
    }
  });

  it('refuses options: how it was read was said before', async () => {
    const { out } = await prepare();
    await expect(readDataset(out, { maxEpisodeSteps: 3 })).rejects.toMatchObject({ code: 'option-not-used' });
    await expect(readDataset(out, { log: {} })).rejects.toMatchObject({ code: 'option-not-used' });
  });

  it('notices every change of a byte: at once, or with its hash where it is too large for that', async () => {
    const { out } = await prepare();
    const names = readdirSync(out).filter((name) => name.endsWith('.bin'));
    expect(names).toHaveLength(8);
    for (const name of names) {
      const file = join(out, name);
      const whole = readFileSync(file);
      for (const at of [0, whole.length - 1]) {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= 64;
        writeFileSync(file, damaged);
        for (const map of [true, false])
          await expect(readPrepared(out, { map })).rejects.toMatchObject({ code: 'damaged-file' });
        const mapped = await readPrepared(out, { checkUpTo: 0 });
        expect(() => hashDataset(mapped)).toThrow(expect.objectContaining({ code: 'damaged-file' }));
      }
      truncateSync(file, whole.length - 1);
      for (const opening of OPENINGS)
        await expect(readPrepared(out, opening)).rejects.toMatchObject({ code: 'damaged-file' });
      rmSync(file);
      await expect(readPrepared(out)).rejects.toMatchObject({ code: 'damaged-file' });
      writeFileSync(file, whole);
    }
    await readPrepared(out);
  });

  it('has a typed error, or the right numbers, for any damage to its description', async () => {
    const { out, before } = await prepare();
    const path = join(out, MANIFEST);
    const text = readFileSync(path, 'utf8');
    const hash = hashDataset(before);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom('', '9', '"', 'x', '[', '-'),
        async (at, put) => {
          writeFileSync(path, text.slice(0, at) + put + text.slice(at + 1));
          for (const opening of OPENINGS) {
            const end = await outcome(async () => hashDataset(await readPrepared(out, opening)));
            if (end !== hash) expect(end).toMatch(/^(damaged-file|(action|observation)-space)$/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
