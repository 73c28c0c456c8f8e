import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainedLanguageModel } from '@lamo/algos';
import { z } from 'zod';
import { appendJsonLine, keepJsonLines, readJsonLines } from '../run/json-lines';
import { checkLock } from '../run/lock-run';
import type { RunManifest } from '../run/manifest';
import type { OpenRun } from '../run/open-run';
import { appendTiming, readMetrics } from '../run/run-files';
import type { ResultSide } from '../run/side';
import { startStopwatch } from '../run/stopwatch';
import { describePerplexities } from './describe-perplexities';
import { perplexityOf } from './perplexity-records';
import { saveAdapter, saveModel } from './save-model';

/** What a manifest says of how a language model is looked at. */
export interface LanguageModelFields {
  /** Steps between snapshots; the beginning and the end have one in any case. */
  readonly snapshotEvery: number;
}

const snapshotEveryOf = (manifest: RunManifest) =>
  (manifest as RunManifest & LanguageModelFields).snapshotEvery;

/** Runs that end with a language model, and take snapshots of it on their way. */
export const languageModelSide: ResultSide = {
  records: 'perplexity.jsonl',
  fields: { snapshotEvery: z.int().positive() },
  settings: (manifest) => ({ snapshotEvery: snapshotEveryOf(manifest) }),
  every: snapshotEveryOf,
  pathIn: ({ model }) => model,
  checkFiles: (folder) => void readJsonLines(perplexityOf(folder)),
  rewind(folder, last) {
    rmSync(folder.adapter, { recursive: true, force: true });
    keepJsonLines(perplexityOf(folder), ({ step }) => step <= last);
  },
  visits(run, opened, device, observer) {
    const { folder, manifest, training } = run as OpenRun<TrainedLanguageModel>;
    const isDue = (step: number) => step % snapshotEveryOf(manifest) === 0 || step === manifest.steps;
    const isTaken = (step: number) =>
      readJsonLines(perplexityOf(folder)).some((record) => record.step === step);
    return {
      isDue,
      async visit(step) {
        if (!isDue(step) || isTaken(step)) return;
        observer.onSnapshotStart?.(step);
        const clock = startStopwatch();
        const model = await training.result();
        checkLock(folder.path);
        saveSnapshot(join(folder.snapshots, String(step)), model, folder.tokenizer);
        const record = { step, ...(await opened.measure!(model, device, observer.signal)) };
        checkLock(folder.path);
        appendJsonLine(perplexityOf(folder), record);
        appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
        observer.onSnapshot?.(record);
      },
      keptSteps: () => [],
      dispose: async () => {},
    };
  },
  describe(folder, { seed, steps }) {
    const { path, model, adapter } = folder;
    const snapshots = readJsonLines(perplexityOf(folder));
    const { loss = null, perplexity = null } = snapshots.at(-1) ?? {};
    const metrics = readMetrics(folder).at(-1)?.metrics ?? null;
    return {
      summary: { folder: path, model, seed, steps, metrics, loss, perplexity, snapshots },
      note: `the model is in ${model}, ${existsSync(adapter) ? `its adapters in ${adapter}, ` : ''}earlier ones in snapshots; perplexity.jsonl says how well they predict what was held out`,
    };
  },
  describeSeeds: describePerplexities,
  async save({ training, folder }) {
    const model = (await training.result()) as TrainedLanguageModel;
    // The model comes last: where it is, the run is finished.
    if (model.adapter !== undefined) saveAdapter(folder.adapter, model.adapter, folder.tokenizer);
    saveModel(folder.model, model, folder.tokenizer);
  },
};

/** Of a model with adapters these alone: all the rest is as it was, unless values steer it. */
function saveSnapshot(folder: string, model: TrainedLanguageModel, tokenizer: string): void {
  if (model.adapter === undefined || model.steering !== undefined) saveModel(folder, model, tokenizer);
  else saveAdapter(folder, model.adapter, tokenizer);
}
