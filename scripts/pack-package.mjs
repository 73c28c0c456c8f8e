import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pnpm } from './pnpm.mjs';
import { root, runCommand } from './run-command.mjs';

/** Folders of all packages that are published. */
export const packageFolders = readdirSync(join(root, 'packages'))
  .sort()
  .map((name) => join(root, 'packages', name));

/**
 * Packs a package as it would be published. It must have been built.
 *
 * @param {string} source folder of the package
 * @param {string} target folder for the tarball
 * @returns {Promise<{ok: boolean, output: string, tarball: string}>}
 */
export async function packPackage(source, target) {
  const packed = await runCommand(pnpm('pack', '--json', '--pack-destination', target), source);
  if (!packed.ok) return { ...packed, tarball: '' };
  const { filename } = JSON.parse(packed.output.slice(packed.output.indexOf('{')));
  return { ...packed, tarball: filename };
}
