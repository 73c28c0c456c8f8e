import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads the books of a folder, one .txt each. The results are of seventeen of Project Gutenberg, which are in the public domain: those of which the nano
 * model's card says where they are from.
 *
 * @param names how files begin; left out: all
 * @throws Error if there are none
 */
export function readBooks(folder: string, names: readonly string[] = ['']): string[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.txt') && names.some((name) => file.startsWith(name)))
    .sort();
  if (files.length === 0) throw new Error(`no .txt file in ${folder} begins with ${names.join(', ')}`);
  return files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r', ''));
}
