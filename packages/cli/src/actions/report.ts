import { dirname } from 'node:path';
import { checkWritable, makeFolder, writeFileAtomic } from '@lamo/core';
import { comparisonsOverTasks, withSeveralRuns } from '../report/all-tasks';
import { checkReportFile } from '../report/check-report-file';
import { describeNamedAgain, describeRepeats } from '../report/describe-repeats';
import { type EstimateResult, type EstimateTable, estimateTables } from '../report/estimate-tables';
import { improvementsOf } from '../report/improvements';
import { joinSome } from '../report/join-words';
import { logEstimateTables } from '../report/log-estimate-section';
import type { ModelResult } from '../report/model-result';
import { modelTables } from '../report/model-tables';
import { readRuns } from '../report/read-runs';
import { renderGroups } from '../report/render-report';
import { type GroupResult, type ScoreTable, scoreTables } from '../report/results';
import { groupRuns, type RunGroup } from '../report/run-group';
import { unitOf } from '../scores';
import { formatNumberOf } from '../terminal/format';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';

/** Writes a report about runs. */
export async function report(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  checkWritable(out);
  checkReportFile(out);
  const { runs, repeated, leftOut } = readRuns(paths);
  const groups = groupRuns(runs);
  const warnings = [describeLeftOut(leftOut), describeNamedAgain(repeated), describeRepeats(groups)];
  for (const warning of warnings) if (warning !== undefined) printWarning(warning);
  const tables = scoreTables(groups);
  const page = await renderGroups(groups, tables, new Date());
  makeFolder(dirname(out));
  writeFileAtomic(out, page);
  const models = modelTables(groups).flatMap(({ data, results }) =>
    results.map((result) => modelFigures(data, result)),
  );
  const estimates = estimateTables(groups).flatMap((table) =>
    table.results.map((result) => estimateFigures(table, result)),
  );
  const logEstimates = logEstimateTables(groups).flatMap(({ policies }) =>
    policies.flatMap(({ run, records }) =>
      records.map(({ draws: _, ...record }) => ({ run: run.path, ...record })),
    ),
  );
  const results = tables.flatMap((table) => table.results.map((result) => figuresOf(table, result)));
  const allTasks = comparisonsOverTasks(groups, tables).map(comparisonFigures);
  showResult(
    { file: out, runs: runs.map(({ path }) => path), results, allTasks, estimates, logEstimates, models },
    { note: `${out}: ${formatNumberOf(groups.flatMap((group) => group.runs).length, 'run')}` },
  );
}

function describeLeftOut(paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined;
  const words = paths.length === 1 ? 'is not a run, and is' : 'are not runs, and are';
  return `${joinSome(paths)} ${words} left out`;
}

/** A row of the table of scores, for programs: runs that differ only in their seed, with their best target return. */
function figuresOf({ environment }: ScoreTable, { group, ...figures }: GroupResult) {
  return {
    policy: group.label,
    runs: foldersOf(group.runs),
    repeats: repeatsOf(group),
    environment,
    unit: unitOf(environment),
    ...figures,
  };
}

/** A table of all tasks together, and how likely each policy is to do better than each that comes after it. */
function comparisonFigures({ origin, comparison }: ReturnType<typeof comparisonsOverTasks>[number]) {
  const { tasks, results, leftOut } = comparison;
  return {
    origin,
    tasks: tasks.map(({ environment, dataset }) => ({ environment, dataset })),
    results: results.map(({ label, parts: _, ...figures }) => ({ policy: label, ...figures })),
    improvements: improvementsOf(withSeveralRuns(results)).map(({ first, second, ...figures }) => ({
      ...{ first: first.label, second: second.label, ...figures },
    })),
    leftOut,
  };
}

/** A row of the tables of estimates. */
function estimateFigures(
  { data }: EstimateTable,
  { group, runs, judged, policy: hash, points: _, ...figures }: EstimateResult,
) {
  const named = { runs: foldersOf(runs), repeats: repeatsOf(group) };
  return { policy: judged, hash, label: group.label, data, ...named, ...figures };
}

/** A row of the tables of language models. */
function modelFigures(data: string, { group, ...figures }: ModelResult) {
  const named = { runs: foldersOf(group.runs), repeats: repeatsOf(group) };
  return { model: group.label, data, ...named, ...figures };
}

/** Where runs are, and their seeds. */
function foldersOf(runs: RunGroup['runs']) {
  return runs.map(({ path, manifest }) => ({ folder: path, seed: manifest.seed }));
}

/** Runs that are not counted, and of which others they are repeats. */
function repeatsOf({ repeats }: RunGroup) {
  return repeats.map(({ run, of }) => ({ folder: run.path, of: of.path }));
}
