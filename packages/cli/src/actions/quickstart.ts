import type { DeviceName } from '@lamo/runtime';
import pc from 'picocolors';
import { lessonsOf } from '../quickstart/lessons-of';
import { runQuickstart } from '../quickstart/quickstart';
import {
  inspectFolder,
  type Preparation,
  prepareFolder,
  type QuickstartFolder,
} from '../quickstart/quickstart-folder';
import { recipe } from '../quickstart/recipe';
import { formatTask, type QuickstartSummary } from '../quickstart/summary';
import { digest } from '../run/digest';
import { withLock } from '../run/lock-run';
import { explainScore, scoreSource } from '../scores';
import { formatDuration } from '../terminal/format';
import { showResult, tell } from '../terminal/output';
import { wrap } from '../terminal/wrap';

/** Flags of `lamo quickstart`. */
export interface QuickstartFlags {
  readonly seed: number;
  readonly steps: number;
  readonly rows: number;
  readonly episodes: number;
  readonly out: string;
  readonly device: DeviceName;
  readonly threads?: number;
}

const PREPARATIONS: Readonly<Record<Preparation, (path: string) => string | undefined>> = {
  new: () => undefined,
  continued: (path) => `${path} is a quickstart that was stopped: continuing it`,
  replaced: (path) => `${path} is from an earlier quickstart: replacing it`,
};

/** Tells one recipe from another: a quickstart that was stopped is continued by the recipe that began it. */
const RECIPE = digest(JSON.stringify(recipe), 12);

/** Runs the whole pipeline once, from data to a report. */
export async function quickstart(flags: QuickstartFlags): Promise<void> {
  const { seed, steps, rows, episodes, out, device, threads } = flags;
  const settings = { recipe: RECIPE, seed, rows, episodes, steps };
  inspectFolder(out, settings);
  await withLock(out, async () => {
    const { folder, preparation } = prepareFolder(out, settings);
    const found = PREPARATIONS[preparation](out);
    if (found !== undefined) tell(found);
    const summary = await runQuickstart({ folder, settings, device: { name: device, threads } }, (line) =>
      tell(pc.bold(line)),
    );
    show(summary, folder, lessonsOf(settings));
  });
}

function show(
  summary: QuickstartSummary,
  { path, report }: QuickstartFolder,
  lessons: ReadonlyMap<string, string>,
): void {
  const policies = Object.values(summary.tasks).flatMap(({ algorithms }) => Object.values(algorithms));
  const isChosen = policies.some(({ targetReturns }) => targetReturns.length > 1);
  const sources = recipe.tasks.flatMap(({ environment }) => scoreSource(environment) ?? []);
  const notes = [
    ...[...new Set(sources)].map((source) => `Score: ${explainScore(source)}.`),
    ...(policies.some(({ interval }) => interval !== null)
      ? ['Intervals are for the mean over the episodes: other training seeds may differ by more.']
      : []),
    ...(isChosen
      ? ['If there are several target returns, the best is shown; the report has all of them.']
      : []),
    `Done in ${formatDuration(summary.totalSeconds)}. Open ${report}`,
  ];
  const answers = recipe.tasks.map(({ environment }) => {
    const lesson = lessons.get(environment);
    const words = lesson === undefined ? '' : `\n${wrap(lesson).join('\n')}\n`;
    return `${pc.bold(environment)}\n${formatTask(summary.tasks[environment]!)}\n${words}`;
  });
  tell('');
  showResult({ folder: path, report, ...summary }, { answer: answers.join('\n'), note: notes.join('\n') });
}
