import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { LamoError } from '@lamo/core';
import type { CommonRun } from './begin-run';

/**
 * Checks that a run with `overwrite` does not delete what it is made of.
 *
 * @param config all settings, of which some may be paths
 * @param files what else it reads
 * @throws LamoError `out-is-input`
 */
export function checkReplaceable(
  { out, initial, overwrite }: Pick<CommonRun, 'out' | 'initial' | 'overwrite'>,
  config: Readonly<Record<string, unknown>>,
  files: readonly unknown[] = [],
): void {
  if (!overwrite) return;
  const named = [initial, ...files, ...Object.values(config)].filter((value) => typeof value === 'string');
  const inside = named.filter(existsSync).find((path) => {
    const way = relative(resolve(out), resolve(path));
    return !isAbsolute(way) && way.split(sep)[0] !== '..';
  });
  if (inside === undefined) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'out-is-input',
    problem: `--overwrite would delete ${inside}, which the new run is made of`,
    expected: 'another --out',
    received: out,
  });
}
