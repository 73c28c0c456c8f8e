import { existsSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from '@lamo/core';
import { type PrepareProgress, prepareDataset } from '@lamo/data';
import type { Command } from 'commander';
import { checkReadingFlags } from '../commands/dataset-options';
import { describeLog } from '../run/describe-log';
import { LOCK, withLockFile } from '../run/lock-run';
import { datasetReading, locateDataset, type ReadingFlags, readOptions } from '../run/open-dataset';
import { formatCount, formatNumberOf } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult, tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { type Progress, startProgress } from '../terminal/progress';

/** Writes a dataset into a folder that opens at once, and need not fit into memory. */
export async function prepareSet(
  path: string,
  flags: ReadingFlags & { readonly out: string; readonly overwrite?: boolean },
  command: Command,
): Promise<void> {
  checkReadingFlags(command, flags);
  const out = resolve(flags.out);
  const isNew = !existsSync(out);
  makeFolder(out);
  const reading = readOptions(datasetReading(flags));
  const { overwrite = false } = flags;
  const { manifest, wasThere, bytes } = await interruptible(
    () => tell('Stopping. What is written of a log is kept: the same command goes on there.'),
    (signal) =>
      // In the folder itself: whatever path leads to it, there is one lock.
      withLockFile(join(out, LOCK), flags.out, async () => {
        const progress = watchPreparing(signal);
        try {
          const { onProgress } = progress;
          return await prepareDataset(locateDataset(path), out, { ...reading, overwrite, onProgress });
        } finally {
          progress.stop();
        }
      }),
  ).catch((error) => {
    if (isNew) removeEmpty(out);
    throw error;
  });
  for (const { message } of manifest.warnings) printWarning(message);
  const { size: rows, sha256: hash, log } = manifest;
  const summary = wordSize(flags.out, rows, bytes, wasThere);
  showResult(
    {
      path,
      folder: flags.out,
      rows,
      bytes,
      hash,
      wasThere,
      ...(log && { read: log.columns, unused: log.unused }),
    },
    { note: log === undefined ? summary : `${describeLog(log)}\n\n${summary}` },
  );
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something was written, and will be gone on with.
  }
}

function wordSize(out: string, rows: number, bytes: number, wasThere: boolean): string {
  const size = `${formatNumberOf(rows, 'row')}, ${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${out}${wasThere ? ' was there already' : ''}: ${size}. Every --dataset takes it.`;
}

/** Seconds between lines while rows are looked at: how many there are is not known then. */
const QUIET_SECONDS = 5;

/** Shows how far a preparation has come. An interrupted one ends between two slices. */
function watchPreparing(signal: AbortSignal) {
  let bar: Progress | undefined;
  let told = performance.now();
  return {
    onProgress({ stage, rows, of: total }: PrepareProgress) {
      signal.throwIfAborted();
      if (stage === 'writing' && total !== undefined) {
        bar ??= startProgress({ title: 'preparing', total, unit: 'rows' });
        bar.update(rows);
      } else if (stage === 'checking') {
        bar?.pause('reading it once more');
      } else if (performance.now() - told > 1000 * QUIET_SECONDS) {
        tell(`looking at the columns: ${formatCount(rows)} rows`);
        told = performance.now();
      }
    },
    stop: () => bar?.stop(),
  };
}
