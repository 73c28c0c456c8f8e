import type { LoadObserver } from '@lamo/algos';
import { formatCount } from './format';
import type { Progress } from './progress';

/** What a process that trains one of several runs tells the one that has started it: calls of {@link Progress}, and warnings. */
export type Report = { readonly [Call in 'update' | 'pause' | 'print']?: Parameters<Progress[Call]>[0] } & {
  readonly warning?: string;
};

/** Marks the environment of such a process. */
export const HAS_PARENT = { LAMO_HAS_PARENT: '1' } as const;

const BETWEEN_UPDATES_MS = 100;

/** Tells whether this process trains one of several runs for another one, which shows how it goes and may stop it. */
export function hasParent(): boolean {
  return process.env.LAMO_HAS_PARENT === HAS_PARENT.LAMO_HAS_PARENT && process.send !== undefined;
}

/** Makes a progress that the parent process shows. */
export function reportProgress(): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done) {
      const now = performance.now();
      if (now - last < BETWEEN_UPDATES_MS) return;
      last = now;
      report({ update: done });
    },
    pause: (note) => report({ pause: note }),
    remark() {}, // a line for each run has no room for it
    print: (line) => report({ print: line }),
    stop() {},
  };
}

/** Tells the parent process a warning; it shows equal ones of several runs once. */
export function reportWarning(warning: string): void {
  report({ warning });
}

/** Tells the parent process what is being loaded. */
export function reportLoading(signal: AbortSignal): LoadObserver {
  return {
    onDownload: ({ file, received, size }) =>
      report({ pause: `fetching ${file}, ${megabytes(received)} of ${megabytes(size)} MB` }),
    onText({ rows, tokens }) {
      if (rows % 100_000 === 0) report({ pause: `reading text, ${formatCount(tokens)} tokens` });
    },
    signal,
  };
}

/** A parent that has let go of this process, or is about to, is told nothing. */
function report(message: Report): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

function megabytes(bytes: number): string {
  return formatCount(bytes / 1e6);
}
