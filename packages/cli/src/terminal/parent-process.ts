import type { LoadObserver } from '@lamo/algos';
import { formatCount } from './format';
import type { Progress } from './progress';

/** Messages from a process that trains one of several runs to its parent: calls of {@link Progress}, and warnings. */
export type Report = { readonly [Call in 'update' | 'pause' | 'print']?: Parameters<Progress[Call]>[0] } & {
  readonly warning?: string;
};

/** Marks the environment of such a process. */
export const HAS_PARENT = { LAMO_HAS_PARENT: '1' } as const;

const BETWEEN_UPDATES_MS = 100;

/** Tells whether this process trains one of several runs for a parent, which shows its progress and may stop it. */
export function hasParent(): boolean {
  return process.env.LAMO_HAS_PARENT === HAS_PARENT.LAMO_HAS_PARENT && process.send !== undefined;
}

/** Creates a progress that somebody else shows. @param report tells whoever does, in {@link hasParent}'s case {@link reportToParent} */
export function reportProgress(report: (message: Report) => void): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(done) {
      const now = performance.now();
      if (now - last < BETWEEN_UPDATES_MS) return;
      last = now;
      report({ update: done });
    },
    pause: (note) => report({ pause: note }),
    remark() {}, // there is no room for it in one line per run
    print: (line) => report({ print: line }),
    stop() {},
  };
}

/** Tells somebody else what is being loaded. */
export function reportLoading(report: (message: Report) => void, signal: AbortSignal): LoadObserver {
  return {
    onDownload: ({ file, received, size }) =>
      report({ pause: `fetching ${file}, ${megabytes(received)} of ${megabytes(size)} MB` }),
    onText({ rows, tokens }) {
      if (rows % 100_000 === 0) report({ pause: `reading text, ${formatCount(tokens)} tokens` });
    },
    signal,
  };
}

/** Tells the parent process. Nothing is sent to one that has disconnected, or is about to. */
export function reportToParent(message: Report): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

function megabytes(bytes: number): string {
  return formatCount(bytes / 1e6);
}
