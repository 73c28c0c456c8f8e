import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Finds a file that comes with a package. The package's root is one folder above its bundle, and more above its sources, so folders
 * are tried upwards.
 *
 * @param from `import.meta.url` of a module in the package
 * @param path of the file, from the package's root
 * @returns undefined if it is missing
 */
export function findInPackage(from: string, ...path: readonly string[]): string | undefined {
  let folder = dirname(fileURLToPath(from));
  for (;;) {
    const found = join(folder, ...path);
    if (existsSync(found)) return found;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
