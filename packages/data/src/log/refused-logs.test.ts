import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ReadLogOptions, readLog } from './read-log';

const folder = mkdtempSync(join(tmpdir(), 'lamo-refused-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Reads a text as a file of its own. */
const read = (text: string, options: ReadLogOptions) => {
  const path = join(folder, `log-${files++}.csv`);
  writeFileSync(path, text);
  return readLog(path, options);
};

describe('readLog', () => {
  const E = 'episode,obs,action,reward';
  it.each<[string, string, string, ReadLogOptions, RegExp]>([
    [
      'missing-value',
      'a missing value',
      `${E}\n1,2,3,4\n1,,3,4\n`,
      { ends: 'truncated' },
      /"obs" of .* no value in line 3/,
    ],
    [
      'missing-value',
      'an empty episode',
      `${E}\n1,2,3,4\n,2,3,4\n`,
      { ends: 'truncated' },
      /"episode" of .* is empty in line 3/,
    ],
    ['missing-value', 'an empty column', `${E}\n1,,3,4\n`, { ends: 'truncated' }, /no value in any row/],
    [
      'wrong-type',
      'a text among numbers',
      `${E}\n1,2,3,4\n1,high,3,4\n`,
      { ends: 'truncated' },
      /a number in line 2 \("2"\) and a text in line 3 \("high"\)/,
    ],
    [
      'wrong-type',
      'a decimal comma',
      `episode;obs;action;reward\n1;2;3;4,5\n`,
      { ends: 'truncated' },
      /"reward" of .* a number with a comma in line 2.*"4,5"\. Write 4\.5/,
    ],
    [
      'wrong-type',
      'commas between thousands',
      `episode;obs;action;reward\n1;2;3;1,234,567\n`,
      { ends: 'truncated' },
      /Write 1234567 if that/,
    ],
    [
      'wrong-type',
      'a comma that may be either',
      `episode;obs;action;reward\n1;2;3;1,234\n`,
      { ends: 'truncated' },
      /Write 1234 or 1\.234 if that/,
    ],
    [
      'nul-character',
      'a NUL character in a category',
      `${E}\n1,warm,3,4\n1,co\0ld,3,4\n`,
      { ends: 'truncated' },
      /"obs" of .* NUL character.* in line 3\. Received "co.u0000ld"/,
    ],
    [
      'nul-character',
      'a NUL character among numbers',
      `${E}\n1,2,3,4\n1,2\0,3,4\n`,
      { ends: 'truncated' },
      /"obs" of .* NUL character.* in line 3/,
    ],
    [
      'nul-character',
      'a NUL character in a name',
      `episode,ob\0s,action,reward\n1,2,3,4\n`,
      { ends: 'truncated' },
      /The name of column 2 of .* has a NUL character/,
    ],
    [
      'not-finite',
      'an infinite number',
      `${E}\n1,2,3,inf\n`,
      { ends: 'truncated' },
      /"reward" of .* not finite in line 2.*Leave that episode out of the file, or mend the log\.$/,
    ],
    [
      'time-stamp',
      'time stamps as numbers',
      `${E}\n1,2026-01-01,3,4\n`,
      { ends: 'truncated' },
      /--encode 'obs=time-of-day'/,
    ],
    ['no-ends', 'episodes that end nobody knows how', `${E}\n1,2,3,4\n`, {}, /say terminated/],
    ['no-ends', 'a stream without ends', `obs,action,reward\n1,2,3\n`, {}, /Cannot tell where the episodes/],
    [
      'end-inside-episode',
      'an end inside',
      `${E},terminal\n1,2,3,4,1\n1,2,3,4,1\n`,
      {},
      /true in line 2, which is followed by line 3/,
    ],
    [
      'not-in-order',
      'equal times',
      `${E},step\n1,2,3,4,0\n1,2,3,4,0\n`,
      { ends: 'truncated' },
      /the same in line 2 and line 3/,
    ],
    [
      'not-in-order',
      'times that are texts',
      `${E},timestamp\n1,2,3,4,12/01/2026\n1,2,3,4,03/02/2026\n`,
      { ends: 'truncated' },
      /"timestamp" of .* does not say in which order .* received texts, such as "12\/01\/2026"/,
    ],
    [
      'wrong-type',
      'times of two kinds',
      `${E},timestamp\n1,2,3,4,2026-01-01T00:00:00Z\n1,2,3,4,1767225600\n`,
      { ends: 'truncated' },
      /"timestamp" .*line 2.*line 3/,
    ],
    ['not-a-flag', 'a flag of 2', `${E},terminal\n1,2,3,4,2\n`, {}, /something other than a flag in line 2/],
    ['no-header', 'no header', '1,2,3,4\n5,6,7,8\n', {}, /not the names of columns/],
    ['unknown-column', 'two columns of one name', 'obs,obs,action,reward\n1,2,3,4\n', {}, /"obs" twice/],
    [
      'unknown-column',
      'a mistyped name',
      `${E}\n1,2,3,4\n`,
      { columns: { reward: 'rewrd' } },
      /Did you mean "reward"/,
    ],
    [
      'unknown-column',
      'a rule for nothing',
      `${E}\n1,2,3,4\n`,
      { fill: { sensor: 'mean' } },
      /No column .* is called "sensor"/,
    ],
    ['missing-column', 'no reward', 'episode,obs,action\n1,2,3\n', { ends: 'truncated' }, /are the reward/],
    [
      'ambiguous-column',
      'a reward that is observed',
      `${E}\n1,2,3,4\n`,
      { columns: { observation: ['reward'], reward: 'reward' } },
      /"reward" of .* cannot be two things/,
    ],
    ['damaged-file', 'a row that is cut off', `${E}\n1,2,3,4\n1,2\n`, { ends: 'truncated' }, /line 3/],
    ['damaged-file', 'an open quotation mark', `${E}\n1,"2,3,4\n`, { ends: 'truncated' }, /uot/],
    ['empty-dataset', 'an empty file', '', {}, /is empty/],
    ['empty-dataset', 'a header only', `${E}\n`, {}, /no rows/],
    [
      'fill-rule',
      'the mean of texts',
      `${E}\n1,x,3,4\n1,,3,4\n`,
      { ends: 'truncated', fill: { obs: 'mean' } },
      /does not fit its values.*previous, drop, or a category/,
    ],
    [
      'out-of-range',
      'an impossible action',
      `${E},p\n1,2,3,4,0\n`,
      { ends: 'truncated', columns: { probability: 'p' } },
      /cannot have been impossible/,
    ],
    [
      'out-of-range',
      'an unknown encoding',
      `${E}\n1,2,3,4\n`,
      { encode: { obs: 'onehot' as never } },
      /no such encoding/,
    ],
    [
      'empty-dataset',
      'episodes that all lack something',
      `${E}\n1,,3,4\n1,1,3,4\n`,
      { ends: 'truncated', fill: { obs: 'drop' } },
      /Every episode/,
    ],
  ])('refuses, by %s, %s', async (code, _, text, options, message) => {
    const refused = read(text, options);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code });
  });
});
