import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { td3Bc, train } from '@lamo/algos';
import { openDevice } from '@lamo/runtime';
import { randomDataset } from '../speed/random-dataset';
import type { PartSetup } from './row';

/** Longest second start. */
const LIMIT_MS = 2000;

/** Starts a training in two processes, one after the other, whose cache was empty before. */
export async function checkStart({ plugin, isSmall, report }: PartSetup): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'lamo-xla-'));
  try {
    const first = await timeStart(plugin, cache);
    const second = await timeStart(plugin, cache);
    report({
      what: 'start of a process to its first step of TD3+BC, at the second time',
      result: `${(second / 1000).toFixed(2)} s; at the first ${(first / 1000).toFixed(2)} s`,
      ...(isSmall ? {} : { isGood: second <= LIMIT_MS }),
    });
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** Milliseconds from the start of a process to the end of its first step. */
function timeStart(plugin: string, cache: string): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), ['--part', 'first-step', '--plugin', plugin], {
    env: { ...process.env, LAMO_XLA_CACHE: cache },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (row: { result: string }) => resolve(Number(row.result)));
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before its first step`)));
  });
}

/** What the processes do. */
export async function takeFirstStep({ plugin, report }: PartSetup): Promise<void> {
  const device = await openDevice('xla', { plugin });
  const run = await train(td3Bc, randomDataset(), { steps: 64, device });
  await run[Symbol.asyncIterator]().next();
  report({ what: 'first step', result: String(performance.now()) });
}
