import { taskSets } from '@lamo/eval';
import { Argument, type Command } from 'commander';
import pc from 'picocolors';
import { type Catalogue, catalogue } from '../catalogue';
import { type ListedEnvironment, listEnvironments } from '../list-environments';
import { formatCount, formatNumber } from '../terminal/format';
import { showResult } from '../terminal/output';
import { formatWrappedTable } from '../terminal/wrapped-table';
import { choiceParser } from './common-options';

type Kind = 'algorithms' | 'environments' | 'devices' | 'tasks' | 'rules';

/** Everything that is listed. */
type Listed = Pick<Catalogue, 'algorithms' | 'devices'> & {
  readonly environments: readonly ListedEnvironment[];
  readonly tasks: readonly {
    readonly name: string;
    readonly description: string;
    readonly tasks: readonly string[];
  }[];
  readonly rules: Catalogue['selectionRules'];
};

/** The columns of a table for an ordinary terminal; `--json` has everything. */
const TABLES: Readonly<Record<Kind, (listed: Listed) => (readonly string[])[]>> = {
  algorithms: ({ algorithms }) => [
    ['name', 'title', 'presets'],
    ...algorithms.map(({ name, title, presets }) => [name, title, shorten(Object.keys(presets))]),
  ],
  environments: ({ environments }) => [
    ['name', 'observed\n→ actions', 'step\nlimit', 'return at\nscore 0, 100', 'collectors'],
    ...environments.map((environment) => [
      environment.name,
      `${environment.observations} → ${toActions(environment)}`,
      formatCount(environment.steps),
      toScale(environment),
      environment.collectors.join(', ') || '–',
    ]),
  ],
  devices: ({ devices }) => [
    ['name', 'description'],
    ...devices.map(({ name, description }) => [name, description]),
  ],
  tasks: ({ tasks }) => [
    ['name', 'tasks', 'description'],
    ...tasks.map(({ name, tasks, description }) => [name, String(tasks.length), description]),
  ],
  rules: ({ rules }) => [
    ['name', 'description'],
    ...rules.map(({ name, description }) => [name, description]),
  ],
};

const KINDS = Object.keys(TABLES) as readonly Kind[];

/** Defines `lamo list`. */
export function defineList(command: Command): void {
  command
    .description(
      'Shows algorithms with their presets, environments, devices, and of active fine-tuning the task sets and rules.',
    )
    .addArgument(
      new Argument('[kind]', `what to list: ${KINDS.join(', ')} (default: everything)`).argParser(
        choiceParser(KINDS),
      ),
    )
    .action(list);
}

function list(kind: Kind | undefined): void {
  const { algorithms, devices, selectionRules: rules } = catalogue;
  const tasks = [...taskSets.values()].map(({ name, description, tasks }) => ({
    ...{ name, description },
    tasks: tasks.map((task) => task.name),
  }));
  const listed: Listed = { algorithms, environments: listEnvironments(), devices, tasks, rules };
  const tables = (kind === undefined ? KINDS : [kind]).map(
    (name) => `${pc.bold(name)}\n${formatWrappedTable(TABLES[name](listed))}\n`,
  );
  const answer = tables.join('\n');
  const hasEnvironments = kind === undefined || kind === 'environments';
  showResult(kind === undefined ? listed : listed[kind], {
    answer,
    ...(hasEnvironments && { note: explainVersions(listed.environments) }),
  });
}

/** What a name without a version means, with one that has several as the example. */
function explainVersions(environments: readonly ListedEnvironment[]): string {
  const several = environments.find(({ alias }) => alias === null)!;
  const meant = environments.find(({ alias }) => alias !== null && several.name.startsWith(`${alias}-v`))!;
  return `A version may be left out. Of several, the one that D4RL’s data go with\nis meant: ${meant.alias} is ${meant.name}, not ${several.name}.`;
}

/** The number of components of an action, or of its classes. */
function toActions({ actions, classes }: ListedEnvironment): string {
  return classes === null ? String(actions) : `1 of ${classes}`;
}

/** The returns with scores 0 and 100. */
function toScale({ 'score 0': low, 'score 100': high }: ListedEnvironment): string {
  if (low === null || high === null) return '–';
  const [from, to] = [low, high].map((value) =>
    formatNumber(value, Number.isInteger(value) || Math.abs(value) >= 10 ? 0 : 2),
  );
  return `${from} to ${to}`;
}

/** Characters of a list that are shown in a table. */
const WIDEST = 48;

/** Names as many as fit, and the number of the rest. */
function shorten(names: readonly unknown[]): string {
  const all = names.join(', ') || '–';
  if (all.length <= WIDEST) return all;
  let count = names.length;
  while (count > 1 && names.slice(0, count).join(', ').length > WIDEST) count--;
  return `${names.slice(0, count).join(', ')} and ${names.length - count} more`;
}
