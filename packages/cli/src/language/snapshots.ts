import { join } from 'node:path';
import type { Perplexity } from '@lamo/models';
import { z } from 'zod';
import { appendJsonLine, type JsonLines, readJsonLines } from '../run/json-lines';
import { checkLock } from '../run/lock-run';
import { appendTiming } from '../run/run-files';
import { startStopwatch } from '../run/stopwatch';
import type { Visits } from '../run/take-steps';
import type { OpenPretraining, PretrainingObserver } from './open-pretraining';
import type { PretrainingFolder } from './pretraining-folder';
import { saveModel } from './save-model';

/** A line of `perplexity.jsonl`: how well a snapshot predicts the held-out text. */
export interface PerplexityRecord extends Perplexity {
  /** Gradient steps taken. */
  readonly step: number;
}

const perplexityRecord: z.ZodType<PerplexityRecord> = z.looseObject({
  step: z.int().min(0),
  loss: z.number().min(0),
  perplexity: z.number().min(1),
  tokens: z.int().positive(),
});

/** Names the file of a pre-training's snapshots. */
export function perplexityOf({ perplexity }: PretrainingFolder): JsonLines<PerplexityRecord> {
  return { path: perplexity, schema: perplexityRecord, kind: 'a line of perplexity' };
}

/** Takes snapshots of a pre-training on its way: of its beginning, its end, and every so many steps between. */
export function takeSnapshots(run: OpenPretraining, observer: PretrainingObserver): Visits {
  const { folder, manifest, training } = run;
  const isDue = (step: number) => step % manifest.snapshotEvery === 0 || step === manifest.steps;
  const isTaken = (step: number) =>
    readJsonLines(perplexityOf(folder)).some((record) => record.step === step);
  return {
    isDue,
    async visit(step) {
      if (!isDue(step) || isTaken(step)) return;
      observer.onSnapshotStart?.(step);
      const clock = startStopwatch();
      const model = await training.model();
      checkLock(folder.path);
      saveModel(join(folder.snapshots, String(step)), model, folder.tokenizer);
      const record = { step, ...(await training.perplexity(observer.signal)) };
      checkLock(folder.path);
      appendJsonLine(perplexityOf(folder), record);
      appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
      observer.onSnapshot?.(record);
    },
    keptSteps: () => [],
  };
}
