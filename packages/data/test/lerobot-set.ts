import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';

/** Rows of two episodes: the first of three, the second of two. */
const ROWS: Readonly<Record<string, readonly unknown[]>> = {
  'observation.state': [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
  ].map((row) => Float32Array.from(row)),
  'observation.force': [10, 11, 12, 13, 14],
  action: [[0.5], [-0.5], [0.25], [1], [-1]].map((row) => Float32Array.from(row)),
  'next.reward': [0, 0, 1, 0, 0],
  'next.done': [false, false, true, false, true],
  'next.success': [false, true, true, false, false],
  episode_index: [0n, 0n, 0n, 1n, 1n],
  frame_index: [0n, 1n, 2n, 0n, 1n],
  task_index: [4n, 4n, 4n, 7n, 7n],
};

const TYPES: Readonly<Record<string, object>> = {
  'observation.state': { dtype: 'float32', shape: [2], names: ['x', 'y'] },
  'observation.force': { dtype: 'float32', shape: [1] },
  action: { dtype: 'float32', shape: [1] },
  'next.reward': { dtype: 'float32', shape: [1] },
  'next.done': { dtype: 'bool', shape: [1] },
  'next.success': { dtype: 'bool', shape: [1] },
  episode_index: { dtype: 'int64', shape: [1] },
  frame_index: { dtype: 'int64', shape: [1] },
  task_index: { dtype: 'int64', shape: [1] },
};

/** What a set has that is not as in the usual one. */
export interface LerobotSet {
  /** Columns; `undefined` leaves one out. */
  readonly rows?: Readonly<Record<string, readonly unknown[] | undefined>>;
  readonly features?: Readonly<Record<string, object>>;
  readonly info?: object;
  /** Rows of each file. */
  readonly files?: readonly number[];
}

/** Writes a set of LeRobot into a folder, and returns that. */
export function writeLerobot(
  path: string,
  { rows = {}, features = {}, info = {}, files = [5] }: LerobotSet = {},
): string {
  const all = Object.entries({ ...ROWS, ...rows }).filter(([, data]) => data !== undefined);
  const types = Object.entries(TYPES).filter(([key]) => all.some(([column]) => column === key));
  mkdirSync(join(path, 'meta'), { recursive: true });
  mkdirSync(join(path, 'data', 'chunk-000'), { recursive: true });
  const said = {
    ...{ codebase_version: 'v3.0', total_episodes: 2, total_frames: 5 },
    features: { ...Object.fromEntries(types), ...features },
    ...info,
  };
  writeFileSync(join(path, 'meta', 'info.json'), JSON.stringify(said));
  let start = 0;
  for (const [i, length] of files.entries()) {
    const columnData = all.map(([column, data]) => ({
      name: column,
      data: data!
        .slice(start, start + length)
        .map((value) => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value)),
    }));
    parquetWriteFile({
      filename: join(path, 'data', 'chunk-000', `file-00${i}.parquet`),
      columnData: columnData as never,
    });
    start += length;
  }
  return path;
}
