import { join, parse } from 'node:path';
import type { CommonRun } from './begin-run';
import { describeVariant } from './describe-variant';

/** Names the folder of a run: `bc-umaze-discount-0.95-s0`. @param data name of what it learns from */
export function nameRun(
  {
    algorithm,
    config,
    preset,
    initial,
    seed,
  }: Pick<CommonRun, 'algorithm' | 'config' | 'preset' | 'initial' | 'seed'>,
  data: string,
): string {
  const variant = describeVariant(algorithm, config, preset);
  const start = initial === undefined ? [] : [`from-${parse(initial).name}`];
  return [algorithm.name, data, ...start, ...variant, `s${seed}`].join('-');
}

/** Chooses the folder of a run. With several seeds, `--out` holds their folders. */
export function chooseFolder(
  name: string,
  { out, seeds }: { readonly out?: string | undefined; readonly seeds: number },
): string {
  if (out === undefined) return join('runs', name);
  return seeds === 1 ? out : join(out, name);
}
