import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '@lamo/core';
import { openRepository, type RepositoryOptions } from '@lamo/data';

/** What makes a tokenizer: the first file for us, all of them for older programs. */
const FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'chat_template.jinja',
];

/**
 * Copies the files of a tokenizer from a folder, or from a repository of the hub, into a folder.
 *
 * @param folder made if it does not exist
 * @throws LamoError `disk-full`, `not-writable`, and what `openRepository` throws
 */
export async function copyTokenizer(
  nameOrFolder: string,
  folder: string,
  options: Omit<RepositoryOptions, 'type'> = {},
): Promise<void> {
  const repository = await openRepository(nameOrFolder, { ...options, type: 'model' });
  makeFolder(folder);
  for (const name of FILES) {
    if (!repository.files.includes(name)) continue;
    const path = await repository.path(name);
    replaceFile(join(folder, name), (target) => copyFileSync(path, target));
  }
}
