import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Python process that answers every line of JSON with one. */
export interface PythonServer {
  /** What it said first: its library's version, and more where it has more to say. */
  readonly greeting: Readonly<Record<string, unknown>>;
  /** @throws Error if the process has ended */
  ask(request: object): Promise<Readonly<Record<string, unknown>>>;
  /** Lets the process end; it has nothing left to do. */
  close(): void;
}

/** Options of {@link startPython}. */
export interface PythonOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Path of the Python. @default {@link python} */
  readonly executable?: string;
  /** Shows what the process complains about. @default false: that a library is missing is expected */
  readonly showErrors?: boolean;
}

/** The Python that counterparts run in. */
export const python = process.env.LAMO_BENCH_PYTHON ?? 'python3';

/**
 * Starts a Python script that speaks in lines of JSON.
 *
 * @param script its file
 * @returns undefined if it ends before its greeting: Python, or a library, is not there
 */
export async function startPython(
  script: URL,
  { args = [], environment = {}, executable = python, showErrors = false }: PythonOptions = {},
): Promise<PythonServer | undefined> {
  const path = fileURLToPath(script);
  const child = spawn(executable, [path, ...args], {
    stdio: ['pipe', 'pipe', showErrors ? 'inherit' : 'ignore'],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<undefined>((resolve) => child.once('error', () => resolve(undefined)));
  const greeting = await Promise.race([lines.next(), failed]);
  if (greeting === undefined || greeting.done === true) return undefined;
  return {
    greeting: JSON.parse(greeting.value),
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await lines.next();
      if (answer.done === true) throw new Error(`${path} ended early`);
      return JSON.parse(answer.value);
    },
    close: () => child.stdin.end(),
  };
}
