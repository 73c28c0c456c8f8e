import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Order } from '../../test/lock-racer';
import { takeLock } from './file-lock';
import { ownIdentity } from './process-identity';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const RACERS = 20;
const ROUNDS = 25;
const folder = mkdtempSync(join(tmpdir(), 'lamo-race-'));
const path = join(folder, 'lock.json');
let racers: ChildProcess[] = [];

/** Asks all racers for the same, and waits for their answers. */
function ask(order: Order): Promise<string[]> {
  return Promise.all(
    racers.map(async (racer) => {
      const answer = once(racer, 'message');
      racer.send(order);
      return (await answer)[0];
    }),
  );
}

beforeAll(async () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const racer = fileURLToPath(new URL('../../test/lock-racer.ts', import.meta.url));
  const execArgv = ['--conditions=@lamo/source', '--import', tsx];
  racers = Array.from({ length: RACERS }, () => fork(racer, { execArgv }));
  await Promise.all(racers.map((each) => once(each, 'message')));
});

afterAll(() => {
  for (const racer of racers) racer.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const ended = spawnSync(process.execPath, ['--version']).pid;
const gone = { ...ownIdentity(), pid: ended, since: '2026-01-01T00:00:00.000Z' };

/** Leaves what processes that were killed leave. */
const states: readonly [string, (round: number) => void][] = [
  ['there is no lock', () => {}],
  [
    'the holder of the lock has ended',
    (round) => writeFileSync(path, JSON.stringify({ ...gone, token: `${round}` })),
  ],
  [
    'the lock is of a version that said little, and its holder has ended',
    (round) => writeFileSync(path, JSON.stringify({ pid: ended, host: hostname(), since: `${round}` })),
  ],
];

it.each(states)('of many processes at the same time exactly one gets the lock where %s', async (_, leave) => {
  for (let round = 0; round < ROUNDS; round++) {
    leave(round);
    const answers = await ask({ path, at: Date.now() + 20 });
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(RACERS - 1);
    await ask('release');
    expect(readdirSync(folder)).toEqual([]);
  }
});

it('a process that was killed while it took a lock over is itself taken over', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const text = JSON.stringify({ ...gone, token: `${round}` });
    writeFileSync(path, text);
    // It had the right to replace this very lock, and had not done so yet.
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
    writeFileSync(`${path}.${digest}`, JSON.stringify({ ...gone, token: 'killed' }));
    const answers = await ask({ path, at: Date.now() + 20 });
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    await ask('release');
    expect(readdirSync(folder)).toEqual([]);
  }
});

it('a lock that was refused leaves nothing behind', () => {
  const lock = takeLock(path);
  expect(lock).toHaveProperty('file');
  expect(takeLock(path)).toMatchObject({ holder: { pid: process.pid } });
  expect(readdirSync(folder)).toEqual(['lock.json']);
});
