import { createHash } from 'node:crypto';
import type { Dataset } from '@lamo/core';
import { classCount, classLabels } from './action-space';
import { imageShape, observationParts } from './observation-space';

/**
 * Computes the SHA-256 of a dataset's columns, so that a manifest can say which data a run saw. File names do not
 * matter: equal columns give equal hashes, also after writing and reading a file.
 *
 * @returns 64 hexadecimal digits
 */
export function hashDataset(dataset: Dataset): string {
  const { observations, actions, rewards, terminated, truncated, nextObservations, infos } = dataset;
  const columns: [string, number, NodeJS.ArrayBufferView][] = [
    ['observations', dataset.observationSize, observations],
    ['actions', dataset.actionSize, actions],
    ['rewards', 1, rewards],
    ['terminated', 1, terminated],
    ['truncated', 1, truncated],
  ];
  if (nextObservations) columns.push(['nextObservations', dataset.observationSize, nextObservations]);
  for (const key of Object.keys(infos).sort()) {
    columns.push([`infos/${key}`, infos[key]!.width, infos[key]!.data]);
  }
  const hash = createHash('sha256');
  const classes = classCount(dataset);
  if (classes !== undefined) hash.update(`discrete ${classes}\n`);
  const labels = classLabels(dataset);
  if (labels !== undefined) hash.update(`labels ${JSON.stringify(labels)}\n`);
  const image = imageShape(dataset);
  if (image !== undefined) hash.update(`image ${image.join(' ')}\n`);
  for (const [name, { start, end, categories }] of Object.entries(observationParts(dataset)).sort()) {
    hash.update(`part ${name} ${start} ${end}\n`);
    if (categories !== undefined) hash.update(`categories ${JSON.stringify(categories)}\n`);
  }
  for (const [name, width, data] of columns) {
    hash.update(`${name} ${data.constructor.name} ${dataset.size} ${width}\n`).update(data);
  }
  return hash.digest('hex');
}
