import type { LoadObserver } from '@lamo/algos';
import type { DownloadProgress, HubOptions } from '@lamo/data';
import { formatCount } from './format';
import { tell } from './output';
import { type Progress, printAbove, startProgress } from './progress';

const MEGABYTE = 1e6;

/** Shows downloads as bars, one after the other, how much of a text has been read, and of how many rows a policy was asked. */
export function watchLoading(signal?: AbortSignal): LoadObserver {
  const { onProgress, ...hub } = watchDownloads(signal);
  let asking: Progress | undefined;
  signal?.addEventListener('abort', () => asking?.stop());
  return {
    ...hub,
    onDownload: onProgress,
    onActions({ rows, total }) {
      asking ??= startProgress({ title: 'asking the policy', total, unit: 'rows' });
      asking.update(rows);
      if (rows < total) return;
      asking.stop();
      asking = undefined;
    },
    onText({ rows, tokens }) {
      if (rows % 100_000 === 0) tell(`reading text: ${formatCount(tokens)} tokens`);
    },
  };
}

/** Shows downloads as bars, why they wait, and, if they are stopped, how much is kept. */
export function watchDownloads(
  signal?: AbortSignal,
): Required<Pick<HubOptions, 'onProgress' | 'onRetry'>> & Pick<HubOptions, 'signal'> {
  let last: DownloadProgress | undefined;
  let progress: Progress | undefined;
  const print = (line: string) => printAbove(progress, line);
  signal?.addEventListener('abort', () => {
    progress?.stop();
    progress = undefined;
    if (last !== undefined && last.received < last.size) print(describeKept(last));
  });
  return {
    onProgress(now) {
      const { file, received, size } = now;
      if (file !== last?.file) {
        progress?.stop();
        const done = received / MEGABYTE;
        progress = startProgress({ title: `fetching ${file}`, total: size / MEGABYTE, done, unit: 'MB' });
      }
      last = now;
      progress?.update(received / MEGABYTE);
      if (received === size) progress?.stop();
    },
    onRetry: (reason, seconds) => print(`${reason}; trying again in ${seconds} s`),
    ...(signal === undefined ? {} : { signal }),
  };
}

function describeKept({ file, received, size }: DownloadProgress): string {
  const [part, whole] = [received, size].map((bytes) => (bytes / MEGABYTE).toFixed(1));
  return `stopped; ${part} of ${whole} MB of ${file} are kept: the same command continues from there`;
}
