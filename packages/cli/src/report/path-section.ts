import { existsSync } from 'node:fs';
import { type Dataset, readD4rl } from '@lamo/data';
import { type Maze, mean } from '@lamo/eval';
import { mazeOf } from '../maze-of';
import type { TrajectoriesRecord } from '../run/records';
import { formatCount, formatNumber, formatNumberOf } from '../terminal/format';
import { withTarget } from './compare-targets';
import { html, type Markup } from './html';
import { type MazePath, mazeFigure } from './maze-figure';
import type { RunGroup } from './run-group';
import type { RunRecord } from './run-record';

/** One of how many positions is drawn: a step moves the ball by no more than 0.05. */
const STRIDE = 2;
const DATA_ROWS = 4000;

/** Draws, for a maze, where the data went and where the policies go. Undefined for other environments. */
export async function pathSection(
  environment: string,
  groups: readonly RunGroup[],
): Promise<Markup | undefined> {
  const maze = mazeOf(environment);
  if (maze === undefined) return undefined;
  const policies = groups.flatMap((group) => policyPanel(maze, environment, group) ?? []);
  if (policies.length === 0) return undefined;
  const data = await dataPanel(maze, groups);
  return html`<div class="panels">${data}${policies}</div>
<p class="note">The disc is the goal: inside it each step earns a reward of 1. Dots are starts.</p>`;
}

async function dataPanel(maze: Maze, groups: readonly RunGroup[]): Promise<Markup | undefined> {
  const dataset = await readDataset(groups[0]!.runs[0]!);
  if (dataset === undefined || dataset.observationSize !== 4) return undefined;
  const rows = Math.min(DATA_ROWS, dataset.size);
  const title = `The first ${formatCount(rows)} of ${formatNumberOf(dataset.size, 'row')}`;
  return panel(mazeFigure(maze, dataPaths(dataset, rows), 'data', title), 'the data', title);
}

/** The data file may be gone: a report does not need it. */
async function readDataset({ manifest }: RunRecord): Promise<Dataset | undefined> {
  const { path, reading } = manifest.dataset;
  return existsSync(path) ? readD4rl(path, { ...reading, infos: false }) : undefined;
}

function policyPanel(maze: Maze, environment: string, { label, colour, runs }: RunGroup): Markup | undefined {
  for (const run of runs) {
    const { trajectories, manifest } = run;
    const here = trajectories.filter((record) => record.environment === environment);
    const inTraining = here.filter((record) => wasInTraining(run, record));
    const [last] = (inTraining.length > 0 ? inTraining : here).sort(
      (a, b) => b.step - a.step || meanReturn(b) - meanReturn(a),
    ); // of several targets, the best
    if (last === undefined) continue;
    const name = withTarget(label, last.targetReturn);
    const seed = runs.length > 1 ? `seed ${manifest.seed}, ` : '';
    const note = `${seed}${formatNumberOf(last.episodes.length, 'episode')}, mean return ${formatNumber(meanReturn(last))}`;
    return panel(mazeFigure(maze, policyPaths(last), String(colour), `Paths of ${name}`), name, note);
  }
  return undefined;
}

/** What was seen in later evaluations is no better for a lucky draw of starts. */
function wasInTraining({ evaluations }: RunRecord, { episodes, ...seen }: TrajectoriesRecord): boolean {
  return evaluations.some(
    ({ inTraining, environment, step, targetReturn, seeds, returns }) =>
      inTraining &&
      environment === seen.environment &&
      step === seen.step &&
      targetReturn === seen.targetReturn &&
      episodes.every((episode, i) => episode.seed === seeds[i] && episode.return === returns[i]),
  );
}

function meanReturn({ episodes }: TrajectoriesRecord): number {
  return mean(episodes.map((episode) => episode.return));
}

function panel(figure: Markup, title: string, note: string): Markup {
  return html`<figure>${figure}<figcaption><strong>${title}</strong><br>${note}</figcaption></figure>\n`;
}

function policyPaths({ episodes, observationSize }: TrajectoriesRecord): MazePath[] {
  return episodes.map(({ observations }) => {
    const path: [number, number][] = [];
    for (let at = 0; at < observations.length; at += STRIDE * observationSize) {
      path.push([observations[at]!, observations[at + 1]!]);
    }
    return path;
  });
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
