import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../src/lookup';

describe('the registry', () => {
  it('holds every file of the folder algorithms, under the name of its file', () => {
    const files = readdirSync(new URL('../src/algorithms/', import.meta.url))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => file.replace('.ts', ''));
    expect([...algorithms.keys()]).toEqual(files.sort());
  });
});
