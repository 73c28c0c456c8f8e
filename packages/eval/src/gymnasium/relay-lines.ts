import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { MessagePort } from 'node:worker_threads';

/** What the relay is started with. */
export interface RelayTask {
  readonly command: string;
  readonly args: readonly string[];
  /** Where lines for the process come from, and go to. */
  readonly port: MessagePort;
  /** [1] shared: counts what was sent, so that the other side can wait without an event loop. */
  readonly sent: Int32Array;
}

/** What comes from the relay: a line that the process wrote, or how it ended. */
export type Relayed =
  | { readonly line: string }
  | { readonly ended: string; readonly code?: string | undefined; readonly stderr: string };

/** Tells the relay to let the process end, or to end it at once. */
export type RelayOrder = { readonly line: string } | 'end' | 'kill';

const MOST_STDERR = 2000;

/** Milliseconds that a process may take to end when its input has. */
const GRACE = 3000;

/**
 * Starts a process and passes lines between it and another thread: there, `step` has to wait for an answer, and whoever waits cannot read
 * a pipe in Node. Ends when the process has ended.
 */
export function relayLines({ command, args, port, sent }: RelayTask): void {
  const child = spawn(command, args, { stdio: 'pipe', windowsHide: true });
  let stderr = '';
  const send = (message: Relayed) => {
    port.postMessage(message);
    Atomics.add(sent, 0, 1);
    Atomics.notify(sent, 0);
  };
  let isOver = false;
  const end = (ended: string, code?: string) => {
    if (isOver) return;
    isOver = true;
    send({ ended, code, stderr: stderr.trim() });
    port.close();
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MOST_STDERR);
  });
  child.stdin.on('error', () => {}); // it has ended: 'close' says how
  createInterface({ input: child.stdout }).on('line', (line) => send({ line }));
  child.on('error', (error: NodeJS.ErrnoException) => end(error.message, error.code));
  child.on('close', (code, signal) => end(signal === null ? `exit code ${code}` : signal));
  port.on('message', (order: RelayOrder) => {
    if (order === 'kill') child.kill('SIGKILL');
    else if (order !== 'end') child.stdin.write(`${order.line}\n`);
    else {
      child.stdin.end();
      setTimeout(() => child.kill('SIGKILL'), GRACE).unref();
    }
  });
}
