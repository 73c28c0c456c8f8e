/**
 * What `run.sh` runs on a machine with a GPU: `main.mjs --plugin FILE [--small] [--minutes N]`. Every part has a process of its own, so that
 * none can end the others, and says its rows to this one, which prints the table.
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkKernels } from './kernels';
import { checkRepeat } from './repeat';
import type { PartSetup, Row } from './row';
import { timeLamo, timeTd3Bc } from './speed';
import { checkStart, takeFirstStep } from './start';
import { checkTrainings } from './trainings';

/** Parts in their order, each with the most seconds that it may take. Kernels take what is left. */
const parts: Readonly<Record<string, { seconds: number; run: (setup: PartSetup) => Promise<void> }>> = {
  trainings: { seconds: 40, run: checkTrainings },
  'td3-bc': { seconds: 60, run: timeTd3Bc },
  repeat: { seconds: 35, run: checkRepeat },
  start: { seconds: 25, run: checkStart },
  'lamo-tf32': { seconds: 90, run: (setup) => timeLamo(setup, 'tf32') },
  'lamo-bf16': { seconds: 90, run: (setup) => timeLamo(setup, 'bf16') },
  kernels: { seconds: Number.POSITIVE_INFINITY, run: checkKernels },
};
/** Seconds that the last part has at least. */
const LAST = 15;

const { values } = parseArgs({
  options: {
    plugin: { type: 'string' },
    small: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    part: { type: 'string' },
    limit: { type: 'string', default: 'Infinity' },
  },
});
if (values.plugin === undefined) {
  console.error('--plugin must name the library of a PJRT plug-in.');
  process.exit(2);
}
const { plugin, small: isSmall } = values;
if (values.part === undefined) await runAll(plugin);
else await runPart(values.part, plugin);

async function runPart(name: string, plugin: string): Promise<void> {
  const run = name === 'first-step' ? takeFirstStep : parts[name]!.run;
  const report = (row: Row) => void process.send!(row);
  await run({ plugin, isSmall, limit: Number(values.limit), report });
  // Peers, and what the plug-in has started, must not keep the process alive.
  process.disconnect();
  process.exit(0);
}

async function runAll(plugin: string): Promise<void> {
  // A processor takes as long as it takes, unless a limit is given.
  const minutes = Number(values.minutes ?? (isSmall ? 60 : 6));
  const isLimited = !isSmall || values.minutes !== undefined;
  // The last seconds are for the table.
  const end = (minutes * 60 - 10) * 1000;
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${plugin}\n`);
  const rows: Row[] = [];
  for (const [name, { seconds }] of Object.entries(parts)) {
    const isLast = seconds === Number.POSITIVE_INFINITY;
    const left = end - performance.now() - (isLast ? 0 : LAST * 1000);
    const limit = isLimited ? Math.min(seconds * 1000, left) : left;
    if (limit < 1000) rows.push({ what: name, result: 'no time left for it', isGood: false });
    else await runInProcess(name, plugin, limit, rows);
  }
  print(rows);
  process.exit(rows.some(({ isGood }) => isGood === false) ? 1 : 0);
}

/** Adds the rows of a part, and one that says how it failed, if it did. */
function runInProcess(name: string, plugin: string, limit: number, rows: Row[]): Promise<void> {
  const started = performance.now();
  const args = ['--part', name, '--plugin', plugin, '--limit', String(Math.round(limit))];
  const child = fork(fileURLToPath(import.meta.url), [...args, ...(isSmall ? ['--small'] : [])], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000);
  });
  child.on('message', (row: Row) => {
    rows.push(row);
    console.log(lineOf(row));
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limit);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const took = `${((performance.now() - started) / 1000).toFixed(0)} s`;
      console.log(`(${name}: ${took})`);
      if (code !== 0) {
        const how = isLate ? `stopped after ${took}` : `ended with ${signal ?? code}`;
        rows.push({ what: name, result: `${how}: ${reasonIn(complaints)}`, isGood: false });
        console.error(complaints);
      }
      resolve();
    });
  });
}

/** The line that names an error, or the last one. */
function reasonIn(complaints: string): string {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'it said nothing').slice(0, 300);
}

function lineOf({ what, result, isGood }: Row): string {
  return `${isGood === undefined ? '      ' : isGood ? 'ok    ' : 'FAILED'}  ${what}: ${result}`;
}

function print(rows: readonly Row[]): void {
  console.log('\n| what | result | |\n|---|---|---|');
  for (const { what, result, isGood } of rows) {
    console.log(`| ${what} | ${result} | ${isGood === undefined ? '' : isGood ? 'ok' : 'FAILED'} |`);
  }
}
