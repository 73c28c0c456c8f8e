import type { Experience } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { type HostArray, hostArray, readSafetensors, writeSafetensors } from '@lamo/runtime';

type Columns = Parameters<Experience['replay']['restore']>[0];

/** Writes what was logged by acting, whole or not at all. @throws LamoError `disk-full`, `not-writable` */
export function writeReplay(path: string, { replay }: Experience): void {
  const columns = Object.entries(replay.columns());
  const tensors = columns.map(([name, data]): [string, HostArray] => [
    name,
    hostArray([replay.size, data.length / Math.max(1, replay.size)], Float32Array.from(data)),
  ]);
  writeSafetensors(path, { tensors: new Map(tensors), metadata: { format: 'lamo-replay 1' } });
}

/** Reads back what was logged by acting. @throws LamoError `damaged-file`, and what `readSafetensors` throws */
export function readReplay(path: string, { replay }: Experience): void {
  const { tensors } = readSafetensors(path);
  const wanted = replay.columns();
  const rows = tensors.get('rewards')?.data.length ?? 0;
  const columns = Object.entries(wanted).map(([name, like]) => {
    const data = tensors.get(name)?.data;
    const width = widthOf(name, replay.sizes);
    if (data?.length !== rows * width) throw damaged(path, name);
    return [name, like instanceof Uint8Array ? Uint8Array.from(data) : Float32Array.from(data)];
  });
  replay.restore(Object.fromEntries(columns) as Columns, rows);
}

function widthOf(column: string, { observationSize, actionSize }: Experience['replay']['sizes']): number {
  if (/observations$/i.test(column)) return observationSize;
  return column === 'actions' ? actionSize : 1;
}

function damaged(path: string, column: string): LamoError {
  return new LamoError({
    where: 'cli/run',
    code: 'damaged-file',
    problem: `${path} does not hold what the run has logged: its ${column} are missing or of another size`,
    expected: 'the file as `lamo train` wrote it',
    hint: 'Take the file from a backup, or train again.',
  });
}
