import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@lamo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeObservation, namedParts } from './encode-observation';
import { readLog } from './read-log';

const folder = mkdtempSync(join(tmpdir(), 'lamo-observation-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What was observed, as somebody logs it; every column but the first lacks a value somewhere. */
const ROWS = [
  {
    at: '2026-03-02T06:00:00Z',
    week: '2026-03-04 12:30',
    open: true,
    room: 19.5,
    goal: [1, 2],
    sky: 'grey',
    zip: '7',
  },
  {
    at: '2026-03-02T18:15:00Z',
    week: '2026-03-08 00:00',
    open: false,
    room: null,
    goal: [3, 4],
    sky: null,
    zip: '10',
  },
  {
    at: '2026-03-03T23:59:00Z',
    week: '2026-03-02 00:00',
    open: null,
    room: 22.5,
    goal: [5, 6],
    sky: 'clear',
    zip: null,
  },
] as const;

let log: Dataset;
beforeAll(async () => {
  const path = join(folder, 'log.jsonl');
  const lines = ROWS.map((row, i) => JSON.stringify({ ...row, action: i, reward: 0, episode: 1, step: i }));
  writeFileSync(path, lines.join('\n'));
  const columns = { observation: Object.keys(ROWS[0]) };
  const encode = { at: 'time-of-day', week: 'time-of-week', zip: 'category' } as const;
  const fill = { open: 1, room: 'mean', sky: 'previous', zip: '7' };
  log = (await readLog(path, { columns, encode, fill, ends: 'truncated' })).dataset;
});

describe('an observation by names', () => {
  it('becomes the numbers that it became in the log, with what was missing', () => {
    let before: Readonly<Record<string, unknown>> | null = null;
    for (const [i, row] of ROWS.entries()) {
      const { observation, values } = encodeObservation(log, row, before);
      const { observationSize: width } = log;
      expect([...observation]).toEqual([...log.observations].slice(i * width, (i + 1) * width));
      before = values;
    }
    expect(before).toMatchObject({ open: 1, zip: '7' });
  });

  it('takes 1 and 0 for true and false, numbers for categories that are written so, and times since 1970', () => {
    const plain = encodeObservation(log, ROWS[0]).observation;
    expect(encodeObservation(log, { ...ROWS[0], open: 1, zip: 7 }).observation).toEqual(plain);
    const at = Date.parse(ROWS[0].at);
    for (const epoch of [at, at / 1000])
      expect(encodeObservation(log, { ...ROWS[0], at: epoch }).observation).toEqual(plain);
  });

  it('is refused by name where a value cannot be known, be it missing or repeated', () => {
    const without = (name: string) => ({ ...ROWS[0], [name]: undefined });
    expect(() => encodeObservation(log, without('at'), null)).toThrow(/"at" has no value.*--fill/);
    expect(() => encodeObservation(log, without('sky'))).toThrow(/"sky" has no value.*not known here/);
    expect(() => encodeObservation(log, without('sky'), null)).toThrow(/"sky" has no value/);
    // The mean stands in where an episode begins, and only there.
    const room = { start: 0, end: 1, missing: { previous: true, value: [18] } };
    const spaces = { observationSize: 1, observationSpace: { kind: 'vector', parts: { room } } } as const;
    expect([...encodeObservation(spaces, {}, null).observation]).toEqual([18]);
    expect([...encodeObservation(spaces, {}, { room: 20 }).observation]).toEqual([20]);
    expect(() => encodeObservation(spaces, {})).toThrow(/"room" has no value.*not known here/);
  });

  it.each([
    [{ sky: 'fog' }, /"sky" has a category that is not known.*Expected clear, grey, received "fog"/],
    [{ sky: ['grey'] }, /"sky" has a category that is not known/],
    [{ at: '7:30' }, /"at" is not what it should be.*2026-03-01T07:30:00Z, received "7:30"/],
    [{ open: 2 }, /"open" .*Expected true or false, received 2/],
    [{ room: '20' }, /"room" .*Expected a finite number, received "20"/],
    [{ room: 1e39 }, /"room" .*Expected a finite number/],
    [{ goal: [1, 2, 3] }, /"goal" .*Expected a list of 2 numbers, received an array of 3/],
    [{ wind: 1 }, /no column "wind".*Expected at, week, open, room, goal, sky, zip/],
  ])('is refused with what is wrong: %j', (wrong, message) => {
    expect(() => encodeObservation(log, { ...ROWS[0], ...wrong })).toThrow(message);
  });

  it('needs names for all columns, of which none has two', () => {
    const parts = { a: { start: 0, end: 1 }, b: { start: 1, end: 3 } };
    const named = (more: object, observationSize = 3) =>
      namedParts({ observationSize, observationSpace: { kind: 'vector', parts: { ...parts, ...more } } });
    expect(named({})).toEqual(parts);
    expect(named({}, 4)).toBeUndefined();
    expect(named({ c: { start: 2, end: 3 } })).toBeUndefined();
    expect(namedParts({ observationSize: 2 })).toBeUndefined();
    expect(() => encodeObservation({ observationSize: 2 }, { a: 1 })).toThrow(/a list of 2 numbers/);
  });
});
