import { existsSync } from 'node:fs';
import { type Dataset, LamoError } from '@lamo/core';
import { hashDataset } from '@lamo/data';
import type { Maze } from '@lamo/eval';
import { readAs } from '../run/open-dataset';
import type { PolicyManifest } from '../run/policy-manifest';
import { formatCount, formatNumberOf } from '../terminal/format';
import type { Markup } from './html';
import { type MazePath, mazeFigure, mazePanel, STRIDE } from './maze-figure';

const MOST_ROWS = 4000;

/**
 * Draws where the logged player went, or says why not: a report does not need the data of its runs.
 *
 * @param observationSize of what is seen in the maze
 */
export async function dataPanel(
  maze: Maze,
  observationSize: number,
  origin: PolicyManifest['dataset'],
): Promise<Markup> {
  const title = `the data ${origin.name}`;
  try {
    const dataset = await openSame(origin, observationSize);
    const rows = Math.min(MOST_ROWS, dataset.size);
    const note = `The first ${formatCount(rows)} of ${formatNumberOf(dataset.size, 'row')}`;
    return mazePanel(mazeFigure(maze, dataPaths(dataset, rows), 'series-data', note), title, note);
  } catch (error) {
    return mazePanel(undefined, title, `Not drawn. ${(error as Error).message}`);
  }
}

/** @throws LamoError `file-not-found`, `dataset-mismatch`, `not-a-maze`, and as `readDataset` */
async function openSame(
  { path, reading, hash }: PolicyManifest['dataset'],
  observationSize: number,
): Promise<Dataset> {
  const fault = (code: string, problem: string) => new LamoError({ where: 'cli/report', code, problem });
  if (!existsSync(path)) throw fault('file-not-found', `The file ${path} no longer exists`);
  const dataset = await readAs(path, reading);
  if (hashDataset(dataset) !== hash) {
    throw fault('dataset-mismatch', `${path} contains other data than the runs were trained on`);
  }
  if (dataset.observationSize !== observationSize) {
    throw fault('not-a-maze', `${path} does not hold positions in this maze`);
  }
  return dataset;
}

/** Cut where the player took a new target, which is where D4RL's mazes are marked as truncated. */
function dataPaths({ observations, observationSize, truncated }: Dataset, rows: number): MazePath[] {
  const paths: [number, number][][] = [[]];
  for (let row = 0; row < rows; row++) {
    const at = row * observationSize;
    if (row % STRIDE === 0) paths.at(-1)!.push([observations[at]!, observations[at + 1]!]);
    if (truncated[row] === 1) paths.push([]);
  }
  return paths.filter((path) => path.length > 1);
}
