import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainedLanguageModel } from '@lamo/algos';
import { z } from 'zod';
import { appendJsonLine, keepJsonLines, readJsonLines } from '../run/json-lines';
import { checkLock } from '../run/lock-run';
import type { RunManifest } from '../run/manifest';
import type { OpenRun } from '../run/open-run';
import { appendTiming, readMetrics } from '../run/run-files';
import type { ResultSide, ResultVisits } from '../run/side';
import { startStopwatch } from '../run/stopwatch';
import { saveAdapter, saveModel } from './save-model';
import type { SnapshotMeasure, SnapshotRecord } from './snapshot-measure';
import { textsOf } from './text-records';

/** What a manifest says of how a language model is looked at. */
export interface LanguageModelFields {
  /** Steps between snapshots; the beginning and the end have one in any case. */
  readonly snapshotEvery: number;
}

const snapshotEveryOf = (manifest: RunManifest) =>
  (manifest as RunManifest & LanguageModelFields).snapshotEvery;

/** Makes what runs need to know that end with a model, and take snapshots of it on their way. */
export function modelSide<Line extends SnapshotRecord>(measure: SnapshotMeasure<Line>): ResultSide {
  const { lines } = measure;
  return {
    records: measure.records,
    fields: { snapshotEvery: z.int().positive() },
    settings: (manifest) => ({ snapshotEvery: snapshotEveryOf(manifest) }),
    every: snapshotEveryOf,
    pathIn: ({ model }) => model,
    checkFiles: (folder) => void readJsonLines(lines(folder)),
    rewind(folder, last) {
      rmSync(folder.adapter, { recursive: true, force: true });
      keepJsonLines(lines(folder), ({ step }) => step <= last);
      keepJsonLines(textsOf(folder), ({ step }) => step <= last);
    },
    visits: (...given) => takeSnapshots(measure, ...given),
    wordSnapshot: (record, data) => measure.word(record as Line, data),
    describe(folder, { seed, steps }) {
      const { path, model, adapter } = folder;
      const snapshots = readJsonLines(lines(folder));
      const last = measure.summarise(snapshots.at(-1));
      const metrics = readMetrics(folder).at(-1)?.metrics ?? null;
      return {
        summary: { folder: path, model, seed, steps, metrics, ...last, snapshots },
        note: `the model is in ${model}, ${existsSync(adapter) ? `its adapters in ${adapter}, ` : ''}earlier ones in snapshots; ${measure.records} ${measure.tells}`,
      };
    },
    describeSeeds: measure.describeSeeds,
    async save({ training, folder }) {
      const model = (await training.result()) as TrainedLanguageModel;
      // The model comes last: where it is, the run is finished.
      if (model.adapter !== undefined) saveAdapter(folder.adapter, model.adapter, model, folder.tokenizer);
      saveModel(folder.model, model, folder.tokenizer);
    },
  };
}

/** Saves the model on its way, and measures it. */
function takeSnapshots<Line extends SnapshotRecord>(
  { lines }: SnapshotMeasure<Line>,
  ...[run, opened, device, observer]: Parameters<ResultSide['visits']>
): ResultVisits {
  const { folder, manifest, training } = run as OpenRun<TrainedLanguageModel>;
  const isDue = (step: number) => step % snapshotEveryOf(manifest) === 0 || step === manifest.steps;
  const isTaken = (step: number) => readJsonLines(lines(folder)).some((record) => record.step === step);
  return {
    isDue,
    async visit(step) {
      if (!isDue(step) || isTaken(step)) return;
      observer.onSnapshotStart?.(step);
      const clock = startStopwatch();
      const model = await training.result();
      checkLock(folder.path);
      saveSnapshot(join(folder.snapshots, String(step)), model, folder.tokenizer);
      const found = await opened.measure!(model, device, observer.signal);
      const record = { step, ...found } as unknown as Line;
      checkLock(folder.path);
      appendJsonLine(lines(folder), record);
      appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
      observer.onSnapshot?.(record);
    },
    keptSteps: () => [],
    dispose: async () => {},
  };
}

/** Of a model with adapters these alone, with its heads: all the rest is as it was. */
function saveSnapshot(folder: string, model: TrainedLanguageModel, tokenizer: string): void {
  if (model.adapter === undefined) saveModel(folder, model, tokenizer);
  else saveAdapter(folder, model.adapter, model, tokenizer);
}
