import { formatNumberOf } from '../terminal/format';
import { lamoVersion } from '../version';
import { comparisonsOverTasks } from './all-tasks';
import { allTasksSection } from './all-tasks-section';
import { curveSection } from './curve-section';
import { estimateSection } from './estimate-section';
import { estimateTables } from './estimate-tables';
import { html, type Markup } from './html';
import { joinWords } from './join-words';
import { logEstimateSection, logEstimateTables } from './log-estimate-section';
import { metricSection } from './metric-section';
import { modelSection } from './model-section';
import { modelTables } from './model-tables';
import { noticeSection } from './notice-section';
import { page } from './page';
import { pathSection } from './path-section';
import { environmentsOf, learningCurve, type ScoreTable, scoreTables } from './results';
import { rewardSections } from './reward-section';
import { titleOf as algorithmOf, groupRuns, type RunGroup } from './run-group';
import { dataOf, isPlayable, type RunRecord } from './run-record';
import { runSection } from './run-section';
import { scoreSection } from './score-section';
import { textTables } from './text-tables';
import { textsSection } from './texts-section';

/**
 * Renders runs as one HTML page that needs nothing else: no script, no font, no request.
 *
 * @param runs at least one
 * @param date shown in the head of the page
 * @param remarks what to say about the results in an environment, by its name
 */
export async function renderReport(
  runs: readonly RunRecord[],
  date: Date,
  remarks?: ReadonlyMap<string, string>,
): Promise<string> {
  const groups = groupRuns(runs);
  return renderGroups(groups, scoreTables(groups), date, remarks);
}

/** Renders runs that were put together and summed up before, as {@link renderReport} does. */
export async function renderGroups(
  groups: readonly RunGroup[],
  tables: readonly ScoreTable[],
  date: Date,
  remarks: ReadonlyMap<string, string> = new Map(),
): Promise<string> {
  const runs = groups.flatMap((group) => [...group.runs, ...group.repeats.map(({ run }) => run)]);
  const environments = environmentsOf(groups);
  const title = titleOf(groups, environments);
  const sections: Markup[] = [];
  for (const environment of environments) {
    const own = tables.filter((table) => table.environment === environment);
    const remark = remarks.get(environment);
    sections.push(await environmentSections(environment, groups, own, environments.length > 1, remark));
  }
  const overTasks = comparisonsOverTasks(groups, tables).map(({ origin, comparison }) =>
    allTasksSection(comparison, origin),
  );
  const models = modelTables(groups);
  const texts = textTables(groups);
  const estimates = estimateTables(groups);
  const metrics = metricSection(groups);
  return page({
    title,
    lede: `${describeRuns(groups.flatMap((group) => group.runs))} · ${formatDate(date)}`,
    sections: html`${noticeSection(groups)}
${overTasks.length > 0 ? html`<section><h2>All tasks together</h2>${overTasks}</section>` : undefined}
${sections}
${estimates.map((table) => estimateSection(table, estimates.length > 1))}
${logEstimateTables(groups).map(logEstimateSection)}
${models.map((table) => modelSection(table, models.length > 1))}
${rewardSections(groups)}
${texts.map((table) => textsSection(table))}
${metrics && html`<section><h2>Training</h2>${metrics}</section>`}
<section><h2>Runs</h2>${runSection(groups)}</section>
<footer>Made by lamo ${lamoVersion()}.${whereReturnsAre(runs)}</footer>`,
  });
}

async function environmentSections(
  environment: string,
  groups: readonly RunGroup[],
  tables: readonly ScoreTable[],
  isOneOfSeveral: boolean,
  remark: string | undefined,
): Promise<Markup> {
  const where = isOneOfSeveral ? ` in ${environment}` : '';
  const curves = groups.flatMap((group) => learningCurve(group, environment) ?? []);
  const paths = await pathSection(environment, groups);
  const hasCurve = curves.some(({ runs }) => runs.some((run) => run.length > 1));
  const results = tables.flatMap((table) => table.results);
  return html`<section><h2>Results${where}</h2>${remark && html`<p>${remark}</p>`}${scoreSection(environment, results)}</section>
${hasCurve ? html`<section><h2>Learning curves${where}</h2>${curveSection(environment, curves)}</section>` : undefined}
${paths && html`<section><h2>Paths through the maze${where}</h2>${paths}</section>`}
`;
}

function titleOf(groups: readonly RunGroup[], environments: readonly string[]): string {
  const labels = groups.map(({ label }) => label);
  const algorithms = [...new Set(groups.map(({ runs }) => algorithmOf(runs[0]!)))];
  const short = labels.length > 3 ? algorithms : labels;
  const names =
    short.length > 3
      ? `${labels.length} ${groups.every(({ runs }) => isPlayable(runs[0]!.manifest)) ? 'policies' : 'learners'}`
      : joinWords(short);
  const areEvaluated = groups.every(({ runs }) => runs.some(({ evaluations }) => evaluations.length > 0));
  if (environments.length === 0 || !areEvaluated) return names;
  return `${names} in ${environments.length > 3 ? `${environments.length} environments` : joinWords(environments)}`;
}

function describeRuns(runs: readonly RunRecord[]): string {
  const names = [...new Set(runs.map((run) => dataOf(run).name))];
  return `${formatNumberOf(runs.length, 'run')}, trained offline on ${joinWords(names)}`;
}

/** Only runs that were evaluated have a file of returns. */
function whereReturnsAre(runs: readonly RunRecord[]): string {
  const evaluated = runs.filter(({ evaluations }) => evaluations.length > 0);
  if (evaluated.length === 0) return '';
  const which = evaluated.length === runs.length ? 'each run' : 'each run that was evaluated';
  return ` Raw returns and seeds are in the evaluations.jsonl of ${which}.`;
}

function formatDate(date: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(date);
}
