import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError, writeError, writeFileAtomic } from '@lamo/data';

/** What a quickstart was asked for: equal settings give equal results. */
export interface QuickstartSettings {
  readonly environment: string;
  readonly seed: number;
  readonly rows: number;
  readonly episodes: number;
  /** Gradient steps of the longest training. */
  readonly steps: number;
}

/** Where everything of a quickstart lies. */
export interface QuickstartFolder {
  readonly path: string;
  readonly dataset: string;
  readonly runs: string;
  readonly report: string;
  readonly summary: string;
}

/** How {@link prepareFolder} found the folder. */
export type Preparation = 'new' | 'continued' | 'replaced';

const MARKER = 'quickstart.json';

/**
 * Makes the folder of a quickstart ready. One that was stopped half-way, with the same settings, goes on; one that is
 * finished or has other settings is replaced; a folder that is not a quickstart's is left alone.
 *
 * @throws LamoError `folder-exists`, `not-writable`
 */
export function prepareFolder(
  path: string,
  settings: QuickstartSettings,
): { folder: QuickstartFolder; preparation: Preparation } {
  const folder = {
    path,
    dataset: join(path, `${settings.environment}.hdf5`),
    runs: join(path, 'runs'),
    report: join(path, 'report.html'),
    summary: join(path, 'summary.json'),
  };
  const preparation = inspect(folder, settings);
  if (preparation === 'continued') return { folder, preparation };
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(folder.runs, { recursive: true });
  } catch (cause) {
    throw writeError(path, cause);
  }
  writeFileAtomic(join(path, MARKER), `${JSON.stringify(settings, null, 2)}\n`);
  return { folder, preparation };
}

function inspect({ path, summary }: QuickstartFolder, settings: QuickstartSettings): Preparation {
  if (!existsSync(path) || readdirSync(path).length === 0) return 'new';
  const marker = join(path, MARKER);
  if (!existsSync(marker)) {
    throw new LamoError({
      where: 'cli/quickstart',
      code: 'folder-exists',
      problem: `${path} exists already and is not from a quickstart`,
      expected: 'a folder that is not there yet, or is an earlier quickstart',
      hint: 'Choose another --out.',
    });
  }
  const isSame = readFileSync(marker, 'utf8').trim() === JSON.stringify(settings, null, 2);
  return isSame && !existsSync(summary) ? 'continued' : 'replaced';
}
