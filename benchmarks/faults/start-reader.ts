import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './reader-process';

/** How one file was read, or what became of the process that read it. */
export interface Outcome {
  readonly verdict: Answer['verdict'] | 'crash' | 'hang' | 'memory';
  readonly detail: string;
}

/** A process that reads files, and is replaced when it crashes, hangs or grows. */
export interface ReaderProcess {
  read(question: Question): Promise<Outcome>;
  end(): void;
}

/** Seconds of computing for one file, and bytes that the process may have. */
const PATIENCE = 10;
const MEMORY = 1e9;
/** Milliseconds after which somebody who waits for nothing is given up: other programs may keep the machine busy. */
const WAIT = 120_000;
/**
 * Files after which a fresh process takes over, so that what one left behind hides nothing in the next. Another kind of file gets one,
 * too: libraries that only others need are not this one's memory.
 */
const FILES_EACH = 400;

const SCRIPT = fileURLToPath(new URL('./reader-process.ts', import.meta.url));

/** A process in an endless loop does not notice that nobody listens any more. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a process that reads, under the same loader as this one. */
export function startReader(): ReaderProcess {
  let child: ChildProcess | undefined;
  let files = 0;
  let kind: string | undefined;
  const end = () => {
    child?.kill('SIGKILL');
    child = undefined;
    files = 0;
  };
  return {
    end,
    async read(question) {
      if (++files > FILES_EACH || question.reader !== kind) end();
      kind = question.reader;
      child ??= await startChild();
      const outcome = await ask(child, question);
      if (outcome.verdict !== 'accepted' && outcome.verdict !== 'refused') end();
      return outcome;
    },
  };
}

/** Starting takes seconds on a busy machine, which no file is to blame for. */
async function startChild(): Promise<ChildProcess> {
  const child = fork(SCRIPT, [], {
    execArgv: [...process.execArgv, '--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  await once(child, 'message');
  return child;
}

function ask(child: ChildProcess, question: Question): Promise<Outcome> {
  return new Promise((resolve) => {
    let errors = '';
    const hear = (text: Buffer) => {
      errors = (errors + text).slice(-2000);
    };
    const finish = (outcome: Outcome) => {
      clearTimeout(late);
      clearInterval(watch);
      child.stderr!.off('data', hear);
      child.off('message', answer).off('exit', crash);
      resolve(outcome);
    };
    const answer = (message: unknown) => finish(message as Answer);
    const crash = (code: number | null, signal: string | null) =>
      finish({ verdict: 'crash', detail: `${signal ?? code} ${errors}` });
    const start = usage(child.pid!).seconds;
    const late = setTimeout(() => finish({ verdict: 'hang', detail: 'no answer' }), WAIT);
    const watch = setInterval(() => {
      const { bytes, seconds } = usage(child.pid!);
      if (bytes > MEMORY) finish({ verdict: 'memory', detail: `${(bytes / 1e9).toFixed(2)} GB` });
      if (seconds - start > PATIENCE) finish({ verdict: 'hang', detail: `${PATIENCE} s of computing` });
    }, 20);
    child.stderr!.on('data', hear);
    child.on('message', answer).on('exit', crash);
    child.send(question);
  });
}

/** Memory and computing time of a process, where the system tells: on Linux. */
function usage(pid: number): { readonly bytes: number; readonly seconds: number } {
  try {
    const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    // After the name in brackets: user and system time are the 12th and 13th field, in hundredths.
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user = '0', system = '0'] = fields.split(' ').slice(11, 13);
    return { bytes: Number(pages) * 4096, seconds: (Number(user) + Number(system)) / 100 };
  } catch {
    return { bytes: 0, seconds: 0 };
  }
}
