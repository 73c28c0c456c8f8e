import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolders, packPackage } from './pack-package.mjs';
import { pnpm } from './pnpm.mjs';
import { runCommand } from './run-command.mjs';

/** What one check of one packed package found. */
export interface PackageCheck {
  /** For example `@lamo/data publint`. */
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
}

/** What every published package carries. */
const REQUIRED_FILES = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts'];

/** Packs every package as it would be published and checks the tarballs. The packages must have been built. */
export async function checkPackages(): Promise<PackageCheck[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lamo-packages-'));
  try {
    return (await Promise.all(packageFolders.map((source) => checkPackage(source, folder)))).flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function checkPackage(source: string, folder: string): Promise<PackageCheck[]> {
  const { name } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  const { ok, output, tarball } = await packPackage(source, folder);
  if (!ok) return [{ name: `${name} pack`, ok, output }];
  return [
    { name: `${name} contents`, ...(await checkContents(tarball)) },
    { name: `${name} publint`, ...(await runCommand(pnpm('exec', 'publint', tarball, '--strict'))) },
    { name: `${name} types`, ...(await runCommand(pnpm('exec', 'attw', tarball, '--profile', 'esm-only'))) },
  ];
}

async function checkContents(tarball: string): Promise<{ ok: boolean; output: string }> {
  const { output } = await runCommand(['tar', '-tzf', tarball]);
  const paths = output.split(/\r?\n/).map((path) => path.replace('package/', ''));
  const missing = REQUIRED_FILES.filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`);
  const surplus = paths.filter((path) => path.includes('.test.')).map((path) => `does not belong: ${path}`);
  const problems = [...missing, ...surplus];
  return { ok: problems.length === 0, output: problems.join('\n') };
}
