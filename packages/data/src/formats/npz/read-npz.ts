import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Dataset, LamoError } from '@lamo/core';
import { createDataset } from '../../dataset';
import { datasetFromArrays } from '../../read-d4rl';
import { arrayFile } from '../array-file';
import { type ReadDatasetOptions, refuseEnds } from '../dataset-format';
import { joinEpisodes, mostNumbers } from '../join-episodes';
import type { NumberSource } from '../number-source';
import { numpySource } from '../numpy-array';
import type { Place } from '../place';
import { isOgbench, ogbenchEpisodes, ogbenchWarning } from './ogbench';
import { parseNpy } from './parse-npy';
import { readZip } from './read-zip';

/** Tells an archive of arrays by its name. */
export function isNpz({ ending, start }: Place): boolean {
  return ending === '.npz' && start !== undefined;
}

/**
 * Reads an archive that `numpy.savez` or `savez_compressed` made: arrays with the names of D4RL, which are read as from its HDF5 file, or a set of OGBench.
 * OGBench has neither rewards nor true ends: `terminals` mark the last row of a trajectory, which has its last observation and an action that
 * was not taken. So each trajectory has a row less, what is observed next is known on each row, and the last one is truncated; rewards are 0,
 * with a warning.
 *
 * @throws LamoError `damaged-file`, `wrong-type`, `too-large`, `option-not-used`, and what `readD4rl` throws
 */
export async function readNpz(path: string, options: ReadDatasetOptions = {}): Promise<Dataset> {
  const arrays = new Map<string, NumberSource | LamoError>();
  const isWanted = (name: string) =>
    name.endsWith('.npy') && !(options.infos === false && name.startsWith('infos'));
  for await (const [file, bytes] of readZip(path, isWanted)) {
    const key = file.slice(0, -'.npy'.length);
    arrays.set(
      key,
      readable(() => numpySource(path, key, parseNpy(path, key, bytes))),
    );
  }
  const name = options.name ?? basename(path, extname(path));
  if (!isOgbench(arrays)) return datasetFromArrays(arrayFile(path, arrays), { ...options, name });
  refuseEnds(path, options, 'its trajectories say where they end');
  const input = joinEpisodes(ogbenchEpisodes(path, arrays), {
    ...{ path, name, mostNumbers: mostNumbers(statSync(path).size), infos: options.infos !== false },
    actionSpace: options.actionSpace,
    observationSpace: options.observationSpace,
  });
  return createDataset({ ...input, warnings: [ogbenchWarning(path), ...(input.warnings ?? [])] });
}

/** What cannot be read matters only where it is wanted. */
function readable(read: () => NumberSource): NumberSource | LamoError {
  try {
    return read();
  } catch (error) {
    if (LamoError.isInstance(error) && error.code === 'wrong-type') return error;
    throw error;
  }
}
