import { resolve } from 'node:path';
import { type DatasetSpec, datasetSizes } from '@lamo/algos';
import { type Dataset, type DatasetWarning, LamoError } from '@lamo/core';
import {
  datasetWarnings,
  describeActions,
  describeDataset,
  describeObservations,
  drawHeldOut,
  ENCODINGS,
  hashDataset,
  type LogOptions,
} from '@lamo/data';
import { z } from 'zod';
import { formatCount, formatNumberOf } from '../terminal/format';
import type { RunManifest } from './manifest';
import { type DatasetReading, openDataset, readingSettings, wholeReading } from './open-dataset';
import type { DatasetFields, HeldOutFields } from './policy-manifest';
import type { DataSide } from './side';
import { sortedJson } from './sorted-json';

const names = z.array(z.string());

const logFields: z.ZodType<LogOptions> = z.looseObject({
  columns: z
    .looseObject({
      observation: names.exactOptional(),
      nextObservation: names.exactOptional(),
      action: names.exactOptional(),
      reward: z.string().exactOptional(),
      episode: z.string().nullable().exactOptional(),
      time: z.string().nullable().exactOptional(),
      terminated: z.string().nullable().exactOptional(),
      truncated: z.string().nullable().exactOptional(),
      done: z.string().exactOptional(),
      probability: z.string().nullable().exactOptional(),
      info: names.exactOptional(),
    })
    .exactOptional(),
  ends: z.enum(['terminated', 'truncated']).exactOptional(),
  oneStep: z.boolean().exactOptional(),
  encode: z.record(z.string(), z.enum(ENCODINGS)).exactOptional(),
  fill: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
  missing: names.exactOptional(),
});

const datasetFields = {
  dataset: z.looseObject({
    name: z.string(),
    path: z.string().min(1),
    hash: z.string().min(1),
    rows: z.int().positive(),
    meanReturn: z.number().nullable(),
    // Added later, as the other fields that need not be there.
    reading: z
      .looseObject({
        actionClasses: z.int().min(2).exactOptional(),
        maxEpisodeSteps: z.int().positive().exactOptional(),
        stepCounting: z.enum(['exact', 'd4rl']).exactOptional(),
        continuing: z.boolean().exactOptional(),
        infos: z.boolean().exactOptional(),
        observationParts: names.exactOptional(),
        log: logFields.exactOptional(),
      })
      .transform((reading) => wholeReading(reading, 'd4rl'))
      .exactOptional(),
    heldOut: z
      .looseObject({
        fraction: z.number().gt(0).lt(1),
        episodes: z.int().positive(),
        rows: z.int().positive(),
      })
      .exactOptional(),
    warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).exactOptional(),
  }),
};

const MOVED = 'If it was moved, say where it is now: --dataset FILE';

/** Says in a manifest what a run learns from. */
export function describeFields(
  dataset: Dataset,
  path: string,
  reading: DatasetReading,
  warnings: readonly DatasetWarning[],
  heldOut?: number,
): DatasetFields {
  return {
    dataset: {
      name: dataset.name,
      path: resolve(path),
      hash: hashDataset(dataset),
      rows: dataset.size,
      meanReturn: describeDataset(dataset).returns?.mean ?? null,
      ...(Object.keys(reading).length === 0 ? {} : { reading: wholeReading(reading) }),
      ...(heldOut === undefined ? {} : { heldOut: countHeldOut(dataset, heldOut) }),
      warnings,
    },
  };
}

/** Counts what is held out of a dataset. @throws LamoError `out-of-range` */
export function countHeldOut(dataset: Dataset, fraction: number): HeldOutFields {
  const { episodeEnds } = dataset;
  const { heldOut } = drawHeldOut(dataset, fraction);
  const rows = heldOut.reduce((sum, i) => sum + episodeEnds[i]! - (episodeEnds[i - 1] ?? 0), 0);
  return { fraction, episodes: heldOut.length, rows };
}

/** How a run read its dataset, and how much of it it only measures on, by the names of the options. */
function settingsOf({ dataset: { reading, heldOut } }: DatasetFields): Record<string, unknown> {
  return { ...readingSettings(reading), ...(heldOut && { heldOut: heldOut.fraction }) };
}

/** Runs that learn from logged decisions. */
export const datasetSide: DataSide = {
  fields: datasetFields,
  summarise(manifest) {
    const fields = manifest as RunManifest & DatasetFields;
    const { name, rows, hash, reading = {}, heldOut } = fields.dataset;
    const apart = heldOut && `${formatNumberOf(heldOut.episodes, 'episode')} of it held out`;
    return {
      name,
      kind: 'dataset',
      facts: [`${formatCount(rows)} rows`, ...(apart ? [apart] : []), `SHA-256 ${hash.slice(0, 16)}…`].join(
        ', ',
      ),
      key: `${hash} ${sortedJson(reading)}${heldOut ? ` ${heldOut.fraction}` : ''}`,
      reading: settingsOf(fields),
    };
  },
  hash: (manifest) => (manifest as RunManifest & DatasetFields).dataset.hash,
  settings: (manifest) => settingsOf(manifest as RunManifest & DatasetFields),
  describeSizes(spec) {
    const sizes = datasetSizes(spec as DatasetSpec);
    return `observations of ${describeObservations(sizes)}, actions of ${describeActions(sizes)}`;
  },
  async reopen({ manifest }, moved) {
    const earlier = (manifest as RunManifest & DatasetFields).dataset;
    const data = await openDataset(moved ?? earlier.path, earlier.reading, { advice: MOVED });
    checkSame(earlier, data);
    return {
      data,
      warnings: datasetWarnings(data, earlier.reading?.log),
      heldOut: earlier.heldOut?.fraction,
    };
  },
};

function checkSame(expected: DatasetFields['dataset'], dataset: Dataset): void {
  const hash = hashDataset(dataset);
  if (hash === expected.hash) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'dataset-mismatch',
    problem: `The data of ${expected.path} is not what the run was started with`,
    expected: `${expected.rows} rows with hash ${expected.hash.slice(0, 12)}…`,
    received: `${dataset.size} rows with hash ${hash.slice(0, 12)}…`,
    hint: 'Put the original file back, or say by --dataset where it is.',
  });
}
