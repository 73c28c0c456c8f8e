import { dirname, join, normalize } from 'node:path';

/** As many paths as one reads. */
const NAMED = 3;

/**
 * Names folders for a message: a few by their paths, many in one folder by that folder.
 *
 * @param all what is added to the folder, for a command that takes no folder of runs. @default nothing
 * @param separator between several. @default as in a command
 */
export function nameTogether(
  paths: readonly string[],
  { all = '', separator = ' ' }: { readonly all?: string; readonly separator?: string } = {},
): string {
  const parents = new Set(paths.map((path) => dirname(normalize(path))));
  const [parent] = parents;
  return paths.length > NAMED && parents.size === 1 ? join(parent!, all) : paths.join(separator);
}
