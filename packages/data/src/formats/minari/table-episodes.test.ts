import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  columnFromArray,
  fixedSizeList,
  float64,
  struct,
  tableFromColumns,
  tableToIPC,
} from '@uwdata/flechette';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, expect, it } from 'vitest';
import { readDataset } from '../../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-minari-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two rows, and the one of padding: the last observation. */
const COLUMNS = {
  observations: [
    [0, 1],
    [2, 3],
    [4, 5],
  ],
  actions: [[0.5], [-0.5], [0]],
  rewards: [1, 2, 0],
  terminations: [false, true, false],
  truncations: [false, true, false],
};

function makeEpisode(set: string, episode: number, format: string, metadata: object = {}): string {
  const path = join(folder, set, 'data', String(episode));
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(folder, set, 'data/metadata.json'),
    JSON.stringify({ data_format: format, dataset_id: set, ...metadata }),
  );
  return join(path, `part-0.${format}`);
}

function writeArrow(set: string, episode: number, columns: object = {}): string {
  const values = Object.fromEntries(
    Object.entries({ ...COLUMNS, ...columns }).filter((entry) => entry[1] !== undefined),
  );
  const lists = { observations: 2, actions: 1 };
  const table = tableFromColumns({
    ...Object.fromEntries(
      Object.entries(values).map(([name, rows]) => [
        name,
        name in lists
          ? columnFromArray(rows as number[][], fixedSizeList(float64(), lists[name as keyof typeof lists]))
          : columnFromArray(rows as number[]),
      ]),
    ),
    infos: columnFromArray([{ x: 7 }, { x: 8 }, { x: 9 }], struct({ x: float64() })),
  });
  writeFileSync(makeEpisode(set, episode, 'arrow'), tableToIPC(table, { format: 'file' })!);
  return join(folder, set);
}

it('reads Arrow, without the padding, and knows what follows on the last row', async () => {
  const path = writeArrow('arrow-v0', 0);
  writeArrow('arrow-v0', 10, { rewards: [10, 0, 0] });
  writeArrow('arrow-v0', 2, { rewards: [2, 0, 0] });
  const dataset = await readDataset(path);
  expect(dataset).toMatchObject({ name: 'arrow-v0', size: 6, observationSize: 2, actionSize: 1 });
  expect(Array.from(dataset.rewards)).toEqual([1, 2, 2, 0, 10, 0]);
  expect(Array.from(dataset.nextObservations!.subarray(0, 4))).toEqual([2, 3, 4, 5]);
  expect(Array.from(dataset.truncated)).toEqual([0, 1, 0, 1, 0, 1]);
  expect(Array.from(dataset.terminated)).toEqual([0, 1, 0, 1, 0, 1]);
  expect(dataset.infos).toEqual({ x: { width: 1, data: Float64Array.of(7, 8, 7, 8, 7, 8) } });
});

it('reads Parquet like Arrow', async () => {
  const arrow = await readDataset(writeArrow('same-v0', 0), { infos: false });
  const columnData = Object.entries(COLUMNS).map(([name, data]) => ({ name, data }));
  parquetWriteFile({ filename: makeEpisode('parquet-v0', 0, 'parquet'), columnData });
  expect(await readDataset(join(folder, 'parquet-v0'), { name: 'same-v0' })).toEqual(arrow);
});

it('names what an episode lacks, and a way of storing them that is unknown', async () => {
  mkdirSync(join(writeArrow('empty-v0', 0), 'data/1'));
  await expect(readDataset(join(folder, 'empty-v0'))).rejects.toThrow(
    /data.1 lacks data\. Expected a file `part-0\.arrow`/,
  );
  await expect(readDataset(writeArrow('short-v0', 0, { actions: undefined }))).rejects.toThrow(
    /no `actions`/,
  );
  makeEpisode('other-v0', 0, 'zarr');
  await expect(readDataset(join(folder, 'other-v0'))).rejects.toMatchObject({ code: 'unknown-layout' });
});
