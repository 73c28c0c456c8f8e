import { LamoError } from '@lamo/core';
import type { SourceTask } from './source';

/** Refuses options of who plays, where nobody does. @param why one sentence @throws LamoError `nobody-plays` */
export function refuseToChoose({ noise, batch, workers }: SourceTask, why: string): void {
  if (noise && batch === 1 && workers === 0) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'nobody-plays',
    problem: why,
    expected: 'neither --no-noise, nor --batch, nor --workers',
    received: [
      ...(noise ? [] : ['--no-noise']),
      ...(batch === 1 ? [] : [`--batch ${batch}`]),
      ...(workers === 0 ? [] : [`--workers ${workers}`]),
    ].join(', '),
  });
}
