import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { hashDataset } from '../src/hash-dataset';
import { type LogOptions, type ReadLogOptions, readLog } from '../src/log/read-log';
import { prepareDataset } from '../src/prepared/prepare-dataset';
import { readDataset } from '../src/read-dataset';
import { temporaryPlaces } from './temporary-places';

/** Prepared logs so far: each has a folder of its own. */
let prepared = 0;

/** Makes a folder for the logs of one test file, and what writes them there. */
export function logFiles() {
  const place = temporaryPlaces('log-both-ways');
  /** Writes a file of its own. @returns its path */
  const write = (text: string, ending: string) => {
    const path = place(ending);
    writeFileSync(path, text);
    return path;
  };
  /** Writes rows as JSON lines; texts are lines as they stand. */
  const jsonLines = (rows: readonly (object | string)[]) =>
    write(rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'), '.jsonl');
  return { place, write, jsonLines };
}

/** Reads a log whole and in slices of a few rows, which has to come to the same. */
export async function readBoth(path: string, { continuing, ...log }: Omit<ReadLogOptions, 'name'> = {}) {
  const outcome = async <T>(act: () => Promise<T>) => act().catch((error: Error) => error);
  const reading = { name: 'log', ...(continuing === undefined ? {} : { continuing }) };
  const whole = await outcome(async () => (await readLog(path, { ...log, ...reading })).dataset);
  const sliced = await outcome(async () => {
    const out = `${path}-${prepared++}`;
    await prepareDataset(path, out, { ...reading, log: log as LogOptions, sliceNumbers: 12 });
    return readDataset(out);
  });
  if (whole instanceof Error || sliced instanceof Error) {
    expect((sliced as Error).message).toBe((whole as Error).message);
    throw whole;
  }
  expect(hashDataset(sliced)).toBe(hashDataset(whole));
  expect(sliced.observationSpace).toEqual(whole.observationSpace);
  expect(sliced.warnings).toEqual(whole.warnings);
  return whole;
}

/** A row of an episode of four. */
export const step = (more: object, i = 0) => ({
  episode: i >> 2,
  observation: i,
  action: i % 2,
  reward: 0,
  ...more,
});
/** Rows of episodes of four. */
export const steps = (count: number, more: (i: number) => object) =>
  Array.from({ length: count }, (_, i) => step(more(i), i));
