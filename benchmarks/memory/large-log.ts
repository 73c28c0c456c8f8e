/**
 * `pnpm bench:large [--gigabytes N] [--folder PATH]`: writes a log of made-up numbers, prepares it in a process that is killed half-way, and again in one that goes
 * on; opens what was prepared, draws batches, and trains on it. Says how long each took, and how much memory each process needed. 10 GB take about 20 minutes and
 * 15 GB of disk.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng } from '@lamo/core';
import { statusMb } from './peak-resident';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '1' },
    folder: { type: 'string', default: tmpdir() },
  },
});

const LENGTH = 500;
const [OBSERVED, ACTIONS] = [17, 6];
const WEATHER = ['sun', 'rain', 'fog'];

/** Numbers that repeat after a while: drawing and writing them all would take longer than reading them. */
const POOL = Array.from({ length: 4096 }, (_, i) => Rng.fromSeed(i).normal().toFixed(6));

/** Writes a log, an episode at a time. @returns rows */
function writeLog(path: string, bytes: number): number {
  const file = openSync(path, 'w');
  let [written, rows] = [0, 0];
  try {
    for (let episode = 0; written < bytes; episode++) {
      let text = '';
      for (let step = 0; step < LENGTH; step++, rows++) {
        const from = (rows * 7919) % (POOL.length - OBSERVED - ACTIONS);
        const observation = POOL.slice(from, from + OBSERVED).join(',');
        const action = POOL.slice(from + OBSERVED, from + OBSERVED + ACTIONS).join(',');
        const ends = step === LENGTH - 1;
        text += `{"episode":${episode},"step":${step},"observation":[${observation}],"weather":"${WEATHER[rows % 3]}","action":[${action}],"reward":${POOL[rows % 999]},"terminated":${ends}}\n`;
      }
      written += writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
  return rows;
}

const PEAK = `
import { readFileSync } from 'node:fs';
const peak = () => {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const of = (name) => Math.round(Number(new RegExp('^' + name + ':\\\\s+(\\\\d+) kB$', 'm').exec(status)?.[1] ?? 0) / 1024);
  return { peak: status === '' ? Math.round(process.resourceUsage().maxRSS / 1024) : of('VmHWM'), own: of('RssAnon') };
};`;

const PREPARE = `${PEAK}
import { prepareDataset } from '@lamo/data';
const [path, out] = process.argv.slice(1);
const options = { log: { columns: { observation: ['observation', 'weather'] } } };
const onProgress = ({ stage, rows, of }) => process.send({ stage, part: of === undefined ? 0 : rows / of });
const { manifest } = await prepareDataset(path, out, { ...options, onProgress });
process.send({ stage: 'done', ...peak(), rows: manifest.size, hash: manifest.sha256 });
`;

const OPEN = `${PEAK}
import { Rng } from '@lamo/core';
import { statusMb } from './peak-resident';
import { allocateBatch, hashDataset, readDataset, transitionSampler, transitions } from '@lamo/data';
const [path] = process.argv.slice(1);
const start = performance.now();
const dataset = await readDataset(path);
const opened = performance.now() - start;
const source = transitionSampler(transitions(dataset), { batchSize: 256, rng: Rng.fromSeed(0) });
const batch = allocateBatch(source);
const begun = performance.now();
for (let i = 0; i < 2000; i++) source.next(batch);
const perSecond = 2000 / ((performance.now() - begun) / 1000);
const memory = peak();
const hashing = performance.now();
process.send({ stage: 'done', opened, perSecond, ...memory, hash: hashDataset(dataset), hashed: performance.now() - hashing });
`;

interface Message {
  readonly stage: string;
  readonly part?: number;
  readonly [fact: string]: unknown;
}

/** Runs a program of its own as whoever installed the package does. @param stopAt is asked about each message whether to kill it there */
async function run(
  program: string,
  args: readonly string[],
  stopAt: (message: Message) => boolean = () => false,
) {
  const cwd = fileURLToPath(new URL('../../packages/data', import.meta.url));
  const start = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...args], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let last: Message = { stage: 'none' };
  const stages = new Set<string>();
  child.on('message', (message: Message) => {
    last = message;
    stages.add(message.stage);
    if (stopAt(message)) child.kill('SIGKILL');
  });
  const [code] = await once(child, 'exit');
  return { seconds: (performance.now() - start) / 1000, last, stages, code };
}

/** Trains as a user does. @returns the most memory that was its own, and what it saw of files, in MiB; 0 but on Linux */
async function train(
  dataset: string,
  out: string,
): Promise<{ readonly own: number; readonly files: number }> {
  const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
  const options = ['--held-out', '0', '--action-bounds', 'data', '--steps', '500', '--out', out];
  const child = spawn(process.execPath, [main, 'train', 'iql', '--dataset', dataset, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  let [own, files] = [0, 0];
  const look = setInterval(() => {
    try {
      own = Math.max(own, statusMb('RssAnon', child.pid));
      files = Math.max(files, statusMb('RssFile', child.pid));
    } catch {
      // It has ended, or this is another system.
    }
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) throw new Error(`The training ended with ${code}: ${said}`);
  return { own, files };
}

const folder = mkdtempSync(join(values.folder, 'lamo-large-'));
try {
  const log = join(folder, 'log.jsonl');
  const rows = writeLog(log, Number(values.gigabytes) * 1e9);
  console.log(`${values.gigabytes} GB of JSON lines, ${rows} rows`);
  const out = join(folder, 'prepared');
  const killed = await run(PREPARE, [log, out], ({ stage, part = 0 }) => stage === 'writing' && part > 0.5);
  console.log(
    `  killed after ${killed.seconds.toFixed(0)} s, ${Math.round(100 * killed.last.part!)} % written`,
  );
  const rest = await run(PREPARE, [log, out]);
  if (rest.last.stage !== 'done' || rest.last.rows !== rows || rest.stages.has('looking'))
    throw new Error(`It did not go on: ${JSON.stringify(rest.last)}`);
  console.log(
    `  went on for ${rest.seconds.toFixed(0)} s; ${((killed.seconds + rest.seconds) / Number(values.gigabytes)).toFixed(0)} s/GB in all; largest resident set ${rest.last.peak} MiB`,
  );
  const { last } = await run(OPEN, [out]);
  if (last.hash !== rest.last.hash) throw new Error('What was opened is not what was written');
  console.log(
    `  opened in ${Number(last.opened).toFixed(0)} ms; ${Math.round(Number(last.perSecond))} batches of 256 transitions a second; ${last.own} MiB of its own, ${last.peak} MiB with what is mapped; SHA-256 in ${(Number(last.hashed) / 1000).toFixed(1)} s`,
  );
  const { own, files } = await train(out, join(folder, 'run'));
  console.log(
    `  IQL trains on it with ${own.toFixed(0)} MiB of its own, and ${files.toFixed(0)} MiB of mapped files`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
