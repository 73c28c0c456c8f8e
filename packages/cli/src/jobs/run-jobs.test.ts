import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodeOf } from '../terminal/interrupt';
import { runJobs } from './run-jobs';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'lamo-jobs-'));
});

afterEach(() => rmSync(path, { recursive: true }));

it('Ctrl-C before the first run begins waits for what prepares them, starts none, and says how to go on', async () => {
  // Would fail, and so be among those that are returned, if it were started.
  const job = {
    label: 'seed 0',
    path,
    args: ['nonsense'],
    device: 'cpu',
    steps: 1,
    done: 0,
    open: async () => {
      throw new Error('opened');
    },
    train: async () => {},
  };
  let isPrepared = false;
  const prepare = async () => {
    process.emit('SIGINT');
    await new Promise(setImmediate);
    isPrepared = true;
  };
  const stopped = runJobs([job], { parallel: 1, prepare, advice: 'press any key' });
  const error = await stopped.catch((thrown) => thrown);
  expect(error).toMatchObject({ problem: 'Stopped', hint: 'To continue: press any key' });
  expect(exitCodeOf(error)).toBe(130);
  expect(isPrepared).toBe(true);
});
