import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../scripts/run-command.mjs';
import { GOLDEN_FOLDER, goldenPrograms } from './golden-programs';

const folder = join(root, GOLDEN_FOLDER);

it.each(Object.entries(goldenPrograms))(
  '%s is what the lowering says now, each time: pnpm run docs writes it anew',
  async (name, write) => {
    const path = join(folder, name);
    expect(existsSync(path)).toBe(true);
    const text = await write();
    expect(text).toBe(readFileSync(path, 'utf8'));
    expect(await write()).toBe(text);
  },
);

it('no other program is kept', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(goldenPrograms).sort());
});
