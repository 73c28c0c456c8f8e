import { existsSync } from 'node:fs';
import { environments, type Maze, mean } from '@lamo/eval';
import type { PolicyManifest } from '../run/policy-manifest';
import type { TrajectoriesRecord } from '../run/records';
import { formatNumber, formatNumberOf } from '../terminal/format';
import { withTarget } from './compare-targets';
import { dataPanel } from './data-panel';
import { html, type Markup } from './html';
import { type MazePath, mazeFigure, mazePanel, STRIDE } from './maze-figure';
import { groupBy, type RunGroup } from './run-group';
import { dataOf, type RunRecord } from './run-record';
import { seriesClass } from './style';

/** What a goal is worth, by the kind of reward. */
const GOALS = {
  sparse: 'inside it each step earns a reward of 1',
  dense: 'the closer to its centre, the more each step earns, at most 1',
} as const;

/** Draws, for a maze, where the data went and where the policies go. Undefined for other environments. */
export async function pathSection(
  environment: string,
  groups: readonly RunGroup[],
): Promise<Markup | undefined> {
  const { maze, spec } = environments.get(environment) ?? {};
  if (maze === undefined || spec === undefined) return undefined;
  const drawn = groups.flatMap((group) => {
    const panel = policyPanel(maze.layout, environment, group);
    return panel === undefined ? [] : [{ group, panel }];
  });
  if (drawn.length === 0) return undefined;
  const runs = drawn.flatMap(({ group }) => group.runs);
  const datasets = groupBy(runs, (run) => dataOf(run).key).flatMap((same) => whereItIs(same) ?? []);
  const data: Markup[] = [];
  for (const dataset of datasets) data.push(await dataPanel(maze.layout, spec.observationSize, dataset));
  return html`<div class="panels">${data}${drawn.map(({ panel }) => panel)}</div>
<p class="note">The disc is the goal: ${GOALS[maze.reward]}. Dots are starts. Mean returns are undiscounted sums of rewards, not scores.</p>`;
}

/** Of one dataset that may lie in several places: one where there is a file, if there is any. */
function whereItIs(runs: readonly RunRecord[]): PolicyManifest['dataset'] | undefined {
  const datasets = runs.flatMap(({ manifest }) => manifest.dataset ?? []);
  return datasets.find(({ path }) => existsSync(path)) ?? datasets[0];
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
    return mazePanel(
      mazeFigure(maze, policyPaths(last), seriesClass(colour), `Paths of ${name}`),
      name,
      note,
    );
  }
  return undefined;
}

/** Tells whether a recording is of the run's own evaluation: a later one may only have had luckier starts. */
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

function policyPaths({ episodes, observationSize }: TrajectoriesRecord): MazePath[] {
  return episodes.map(({ observations }) => {
    const path: [number, number][] = [];
    for (let at = 0; at < observations.length; at += STRIDE * observationSize) {
      path.push([observations[at]!, observations[at + 1]!]);
    }
    return path;
  });
}
