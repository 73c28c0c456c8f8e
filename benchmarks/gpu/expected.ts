import { readFileSync } from 'node:fs';

/** What `cpu` computes, recorded when the archive was made: numbers by name, in base64 of float32. */
export type Expected = Readonly<Record<string, string>>;

/** Reads what lies beside the bundle. */
export function readExpected(): Expected {
  return JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8')) as Expected;
}

/** Writes numbers as {@link Expected} has them. */
export function encodeNumbers(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Reads numbers. @throws Error if there are none under this name: the archive is of other sources */
export function expectedNumbers(expected: Expected, name: string): Float32Array {
  const text = expected[name];
  if (text === undefined) throw new Error(`the archive has no results of ${name}: pack it anew`);
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}

/** All numbers one after the other. */
export function joinNumbers(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}
