import type { LoadObserver } from '@lamo/algos';
import { formatCount } from './format';
import { type Progress, startProgress } from './progress';

const MEGABYTE = 1e6;

/** Shows downloads as bars, one after the other, and how much of a text has been read. */
export function watchLoading(signal?: AbortSignal): LoadObserver {
  let file: string | undefined;
  let progress: Progress | undefined;
  return {
    onDownload({ file: name, received, size }) {
      if (name !== file) {
        progress?.stop();
        const done = received / MEGABYTE;
        progress = startProgress({ title: `fetching ${name}`, total: size / MEGABYTE, done, unit: 'MB' });
        file = name;
      }
      progress?.update(received / MEGABYTE);
      if (received === size) progress?.stop();
    },
    onText({ rows, tokens }) {
      if (rows % 100_000 === 0) process.stderr.write(`reading text: ${formatCount(tokens)} tokens\n`);
    },
    ...(signal === undefined ? {} : { signal }),
  };
}
