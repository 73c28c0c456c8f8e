import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HubFixture, hubFixture, weightsHash } from '../../test/hub-fixture';

let fixture: HubFixture;
beforeEach(async () => {
  fixture = await hubFixture();
});
afterEach(() => fixture.close());

it('several processes that fetch the same files for the first time all get them', async () => {
  const program = fileURLToPath(new URL('../../test/download-all.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { endpoint, cacheFolder } = fixture.options as { endpoint: string; cacheFolder: string };
  const args = ['--conditions=@lamo/source', '--import', tsx, program, endpoint, cacheFolder];
  const ends = await Promise.all(
    Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)),
  );
  expect(ends.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
  const left = readdirSync(cacheFolder, { recursive: true }) as string[];
  expect(left.filter((path) => path.endsWith(weightsHash))).toHaveLength(10);
  expect(left.filter((path) => /\.(incomplete|tmp)$/.test(path))).toEqual([]);
}, 60_000);
