import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Names of Python's program. */
const PROGRAMS = ['python3', 'python', 'python.exe'];

/**
 * Finds the folders in which the Pythons of this machine look for packages: those of an active environment first, then those
 * on the PATH. No Python is started for it.
 */
export function pythonPackages(environment: NodeJS.ProcessEnv = process.env): string[] {
  const prefixes = [environment.VIRTUAL_ENV, environment.CONDA_PREFIX, ...prefixesOnPath(environment)];
  const home = environment.HOME ?? homedir();
  const folders = [...prefixes, join(home, '.local')].flatMap((prefix) =>
    prefix ? foldersUnder(prefix) : [],
  );
  return [...new Set(folders)];
}

/** Where the Pythons on the PATH are installed: an environment's program is a link to that of another place. */
function prefixesOnPath({ PATH = '' }: NodeJS.ProcessEnv): string[] {
  return PATH.split(delimiter).flatMap((folder) => {
    const program = PROGRAMS.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (folder === '' || program === undefined) return [];
    // On Windows the program lies in the prefix itself.
    return [folder, dirname(folder), dirname(dirname(realpathSync(program)))];
  });
}

/** `site-packages`, and `dist-packages` as Debian calls it, of every version under a prefix. */
function foldersUnder(prefix: string): string[] {
  const libraries = ['lib', 'lib64', join('local', 'lib')].map((name) => join(prefix, name));
  const versions = libraries.flatMap((library) =>
    namesIn(library)
      .filter((name) => /^python3(\.\d+)?t?$/.test(name))
      .map((name) => join(library, name)),
  );
  return [...versions, join(prefix, 'Lib')]
    .flatMap((folder) => ['site-packages', 'dist-packages'].map((name) => join(folder, name)))
    .filter((folder) => existsSync(folder));
}

/** Names in a folder, newest version first; none if it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  } catch {
    return [];
  }
}
