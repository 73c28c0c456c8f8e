import { expect, it } from 'vitest';
import { logFiles } from '../../test/log-both-ways';
import { csvTable } from './csv-table';

const { write } = logFiles();

const TEXT = 'name,x\n\na,1\n"two\nlines",2\n\n\nc,3\n"d ""quoted""",4';

it.each([
  ['as they are', TEXT],
  ['of Windows', TEXT.replaceAll('\n', '\r\n')],
  ['with one at the end', `${TEXT}\n`],
])(
  'rows are told by the lines on which they end, and are read from any of them on: line breaks %s',
  async (_, text) => {
    const table = await csvTable(write(text, '.csv'));
    const read = async (after?: number) => {
      const rows = [];
      for await (const { number, cells } of table.rows(['x'], () => {}, after)) rows.push([number, cells[0]]);
      return rows;
    };
    const all = [
      [3, '1'],
      [5, '2'],
      [8, '3'],
      [9, '4'],
    ];
    expect(await read()).toEqual(all);
    for (const [i, [line]] of all.entries()) expect(await read(line as number)).toEqual(all.slice(i + 1));
  },
);

it('rows are told by their lines in a file of many pieces', async () => {
  const count = 200_000;
  const path = write(['x,y', ...Array.from({ length: count }, (_, i) => `${i},0`)].join('\n'), '.csv');
  let line = 2;
  for await (const { number, cells } of (await csvTable(path)).rows(['x'], () => {})) {
    if (number !== line || cells[0] !== `${line - 2}`)
      expect([number, cells[0]]).toEqual([line, `${line - 2}`]);
    line++;
  }
  expect(line).toBe(count + 2);
});
