import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { DeviceFacts } from '@lamo/runtime';
import { ENTRY } from '../entry';
import { type ErrorFacts, readError } from '../terminal/print-error';

/** What is found of a device: what it is made of, or why it cannot be used. */
export type DeviceReport =
  | ({ readonly name: string; readonly isUsable: true } & DeviceFacts)
  | { readonly name: string; readonly isUsable: false; readonly error: ErrorFacts };

/** Milliseconds that a device may take to open: drivers of GPUs take seconds on a busy machine. */
const PATIENCE = 120_000;

/**
 * Opens a device in a process of its own, and asks it what it is made of: a driver or a plug-in may end its process, or never
 * come back.
 *
 * @param patience milliseconds after which it counts as unusable
 */
export async function probeDevice(name: string, patience = PATIENCE): Promise<DeviceReport> {
  const child = fork(fileURLToPath(ENTRY), ['devices', 'probe', name, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, patience);
  const end = Promise.all(['stdout', 'stderr'].map((stream) => once(child[stream as 'stdout']!, 'close')));
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  await end;
  clearTimeout(timer);
  const facts = readFacts(output.stdout);
  if (facts !== undefined) return { name, isUsable: true, ...facts };
  const error =
    readError(output.stderr) ??
    crashed(isLate ? `it did not open within ${patience / 1000} s` : endOf(code, signal), output.stderr);
  return { name, isUsable: false, error };
}

/** What a device is made of may have been said before its library ended the process. */
function readFacts(stdout: string): DeviceFacts | undefined {
  try {
    return JSON.parse(stdout) as DeviceFacts;
  } catch {
    return undefined;
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `its process ended with exit code ${code}` : `its process was ended by ${signal}`;
}

/** @param said what the process wrote before its end, which is a library's message if there is any */
function crashed(problem: string, said: string): ErrorFacts {
  const last = stripVTControlCharacters(said).trim().split('\n').at(-1) ?? '';
  return {
    code: 'device-crashed',
    problem: `The device cannot be opened: ${problem}`,
    received: last === '' ? undefined : last.slice(0, 300),
    hint: 'Check its driver, or the plug-in that LAMO_PJRT_PLUGIN names.',
  };
}
