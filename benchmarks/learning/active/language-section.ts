import { letterTasks, mean } from '@lamo/eval';
import type { KeptRuns } from '../kept-runs';
import { markdownTable } from '../markdown-table';
import { meanWithInterval } from '../mean-with-interval';
import type { LanguageRun, LanguageStudy } from './language-run';
import { nameOfArm } from './language-study';
import { pairs, unique } from './pairs';

/** Runs of a language model. */
export type LanguageResults = KeptRuns<LanguageStudy, LanguageRun>;

/** What every other way is compared with. */
const CONTROL = 'uniform';

/** Writes the section on language models: how well they do, and what each rule asked for. */
export function languageSection({ settings, runs }: LanguageResults): string {
  const control = runs.filter((run) => nameOfArm(run) === CONTROL);
  const names = unique(runs.map(nameOfArm));
  const ownRuns = (name: string) => runs.filter((run) => nameOfArm(run) === name);
  const rows = names.map((name) => {
    const own = ownRuns(name);
    const gains = pairs(own, control).map(([one, other]) => area(one) - area(other));
    return [
      name,
      meanWithInterval(own.map(area), 3),
      name === CONTROL ? '' : meanWithInterval(gains, 3),
      meanWithInterval(
        own.map(({ solved }) => solved.at(-1)!),
        2,
      ),
      String(own.length),
    ];
  });
  const titles = ['rule', 'mean share solved', `better than ${CONTROL}`, 'at the end', 'seeds'];
  const asked = names.map((name) => [
    name,
    ...letterTasks.map((_, i) => mean(ownRuns(name).map((run) => count(run.asked, i))).toFixed(1)),
  ]);
  return `${about(settings, runs)}

${markdownTable(titles, rows)}

How often each task was asked for, of ${settings.rounds} rounds:

${markdownTable(['rule', ...letterTasks.map(({ name }, i) => (runs[0]!.before[i]! > 0 ? `${name} (known)` : name))], asked)}`;
}

function about(settings: LanguageStudy, runs: readonly LanguageRun[]): string {
  const { width, layers, examples, steps, rounds, judged } = settings;
  const [{ before, beta }] = runs as [LanguageRun];
  const start = (round: number) => mean(runs.map(({ solved }) => solved[round]!)).toFixed(2);
  return `## Which examples to have annotated

A GPT-2 of ${layers} layers and width ${width} has learned ${before.join(', ')} examples of ${letterTasks.map(({ name }) => name).join(', ')}: eight tasks on three or four letters, or on two numbers below 20. A
demonstration is ${examples} solved examples; each task is shown once, then a rule chooses for ${rounds} rounds of ${steps} gradient steps. β of the adaptive prior is ${beta}. After every round it completes ${judged} prompts of each
task that nobody ever showed; what counts is the share that is exactly right: ${start(0)} before, ${start(1)} after the first demonstrations. The first column is the area under the curve, from there to the last round.`;
}

/** Mean share from the last round in which no rule chose. */
const area = ({ solved }: LanguageRun) => mean(solved.slice(1));

const count = (all: readonly number[], wanted: number) => all.filter((value) => value === wanted).length;
