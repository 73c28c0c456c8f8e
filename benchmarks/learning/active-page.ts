import { existsSync, readFileSync } from 'node:fs';
import { mean } from '@lamo/eval';
import type { IntegratorRun } from './active/integrator-run';
import { type LanguageResults, languageSection } from './active/language-section';
import { pairs, unique } from './active/pairs';
import type { TasksRun, TasksStudy } from './active/tasks-run';
import { BETA, HIGH_BETA, STUDIES } from './active/tasks-studies';
import type { KeptRuns } from './kept-runs';
import { markdownTable } from './markdown-table';
import { meanWithInterval } from './mean-with-interval';

const resultsOf = (name: string) => new URL(`results/active-${name}.json`, import.meta.url);
const read = <T>(name: string): T | undefined =>
  existsSync(resultsOf(name)) ? JSON.parse(readFileSync(resultsOf(name), 'utf8')) : undefined;

/** Runs on the integrator. */
export type IntegratorResults = KeptRuns<object, IntegratorRun>;
/** Runs on a task set. */
export type TasksResults = KeptRuns<TasksStudy, TasksRun>;

/** Pages of docs/generated, by name. */
export const activePages: Readonly<Record<string, () => string>> = {
  'active.md': () =>
    activePage(
      read<IntegratorResults>('integrator'),
      Object.keys(STUDIES).flatMap((name) => read<TasksResults>(name) ?? []),
      read<LanguageResults>('language'),
    ),
};

/** Writes the page: the integrator first, then a section for each task set, then language models. */
export function activePage(
  integrator: IntegratorResults | undefined,
  sets: readonly TasksResults[],
  language?: LanguageResults,
): string {
  const sections = [
    HEAD,
    ...(integrator === undefined ? [] : [integratorSection(integrator)]),
    ...sets.flatMap((results) => [rulesSection(results), priorSection(results)]),
    ...(language === undefined ? [] : [languageSection(language)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Rounds of the integrator that are shown. */
const SHOWN = [0, 5, 10, 20];
/** What every other rule is compared with. */
const CONTROL = 'uniform';

function integratorSection({ runs }: IntegratorResults): string {
  const tables = unique(runs.map(({ directions }) => directions)).map((directions) => {
    const own = runs.filter((run) => run.directions === directions);
    const control = own.filter(({ rule }) => rule === 'uniform over the 12');
    const rows = unique(own.map(({ rule }) => rule)).map((rule) => {
      const ofRule = own.filter((run) => run.rule === rule);
      const gains = pairs(ofRule, control).map(([one, other]) => one.returns[5]! - other.returns[5]!);
      return [
        rule,
        ...SHOWN.map((round) =>
          meanWithInterval(
            ofRule.map(({ returns }) => returns[round]!),
            2,
          ),
        ),
        rule === 'uniform over the 12' ? '' : meanWithInterval(gains, 2),
        String(ofRule.length),
      ];
    });
    const titles = ['return after', ...SHOWN.map(String), 'better than uniform at 5', 'seeds'];
    return `${directions} of 12 directions seen before:\n\n${markdownTable(titles, rows)}`;
  });
  return [INTEGRATOR, ...tables].join('\n\n');
}

function rulesSection({ settings, runs }: TasksResults): string {
  const arms = runs.filter(({ beta, before }) => beta === BETA && isMismatched(before));
  const control = arms.filter(({ rule }) => rule === CONTROL);
  const rows = unique(arms.map(({ rule }) => rule)).map((rule) => {
    const own = arms.filter((run) => run.rule === rule);
    const gains = pairs(own, control).map(([one, other]) => area(one) - area(other));
    return [
      rule,
      meanWithInterval(own.map(area), 3),
      rule === CONTROL ? '' : meanWithInterval(gains, 3),
      meanWithInterval(
        own.map(({ successes }) => successes.at(-1)!),
        2,
      ),
      String(own.length),
    ];
  });
  const titles = [
    'rule',
    'mean success after the first demonstrations',
    `better than ${CONTROL}`,
    'at the end',
    'seeds',
  ];
  const [{ before } = { before: [] }] = arms;
  return `## ${settings.set}: which task to ask for

${before.join(', ')} demonstrations of its ${before.length} tasks before, then one of each, then ${settings.rounds} rounds in which a rule chooses; ${settings.steps} gradient steps a round,
two hidden layers of ${settings.hiddenSize}, adaptive prior, ${settings.episodes} episodes of each task after every round. The first column is the area under the curve of successes, from the round
before the first choice to the last one.

${markdownTable(titles, rows)}`;
}

function priorSection({ settings, runs }: TasksResults): string {
  const rows = [false, true].flatMap((mismatched) =>
    [BETA, HIGH_BETA, null].flatMap((beta) =>
      ['uniform', 'amf'].flatMap((rule) => {
        const own = runs.filter(
          (run) => run.rule === rule && run.beta === beta && isMismatched(run.before) === mismatched,
        );
        if (own.length === 0) return [];
        const at = (round: number) =>
          meanWithInterval(
            own.map(({ successes }) => successes.at(round)!),
            2,
          );
        return [
          [
            mismatched ? 'half of the tasks' : 'all alike',
            beta === null ? 'none' : `β ${beta}`,
            rule,
            ...[0, 2, 4, 8, -1].map(at),
            String(own.length),
          ],
        ];
      }),
    ),
  );
  return `## ${settings.set}: what the adaptive prior keeps

Mean success after rounds; the first ones ask for each task once, whatever the rule. β is what it costs to act as fine-tuned: 0.01 is the paper’s.

${markdownTable(['seen before', 'prior', 'rule', '0', '2', '4', '8', 'end', 'seeds'], rows)}`;
}

/** Mean success from the last round in which no rule chose. */
function area({ before, successes }: TasksRun): number {
  return mean(successes.slice(before.length));
}

function isMismatched(before: readonly number[]): boolean {
  return before.some((count) => count !== before[0]);
}

const HEAD = `# Which demonstration to ask for

Rules that choose which task is shown next ([guide](../guide/active-fine-tuning.md)), from the same policies, demonstrations and episodes: seeds are pairs. Means with 95 % intervals
(percentile bootstrap over seeds). All of it: benchmarks/learning/results/active-*.json; \`pnpm run docs\` writes this page from them.

Networks on this page (not the Gaussian processes) did not yet learn the last step of a demonstration that ended by a time limit. They do now, so that runs with the same
seeds come out a little different today.`;

const INTEGRATOR = `## A policy that knows what it does not know

The 2-D integrator of the paper: 12 directions, 12 demonstrations before, then 20 rounds of one. The policy is a Gaussian process (radial kernel of length 0.5, noise 0.05²); where it says so it chooses among 60
directions that are drawn. The expert returns −1.07.`;
