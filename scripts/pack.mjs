// Packs all packages into a folder, `packed` unless another is named, to be installed from while they are not on the
// registry.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolders, packPackage } from './pack-package.mjs';
import { pnpm } from './pnpm.mjs';
import { root, runCommand } from './run-command.mjs';
import { step } from './step.mjs';

const folder = resolve(process.argv[2] ?? join(root, 'packed'));
await step('building', runCommand(pnpm('run', 'build')));
mkdirSync(folder, { recursive: true });
// What an earlier packing left goes; whatever else is in a folder that somebody named stays.
for (const name of readdirSync(folder)) {
  if (/^lamo-.*\.tgz$/.test(name) || name === 'overrides.yaml') rmSync(join(folder, name));
}
/** @type {string[]} */
const overrides = [];
for (const source of packageFolders) await step(`packing @lamo/${basename(source)}`, pack(source));
writeFileSync(join(folder, 'overrides.yaml'), `overrides:\n${overrides.join('')}`);
console.log(`
In your project, with npm, which else runs an install script of onnxruntime that fetches what nobody needs here:
  ONNXRUNTIME_NODE_INSTALL=skip npm install ${join(folder, '*.tgz')}
(in PowerShell: $env:ONNXRUNTIME_NODE_INSTALL = "skip", before npm install)
With pnpm, which looks for what the packages need of each other on the registry unless it is told where they are:
  cat ${join(folder, 'overrides.yaml')} >> pnpm-workspace.yaml
  pnpm add ${join(folder, '*.tgz')}`);

/** @param {string} source */
async function pack(source) {
  const packed = await packPackage(source, folder);
  overrides.push(`  '@lamo/${basename(source)}': ${pathToFileURL(packed.tarball).href}\n`);
  return packed;
}
