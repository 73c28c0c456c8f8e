import { nearest } from '@lamo/core';
import { logError } from './log-error';

/**
 * Which columns of a log are what: names, or patterns such as `sensor_*`, in the order of the file where a pattern has several. An empty list, or null where there
 * is at most one, says that no column is it, also where the name of one says so.
 */
export interface LogColumns {
  /** What was observed before the action. @default `observation`, `obs`, `state`, and those that begin so: `observation_*`, `obs.*` … */
  readonly observation?: readonly string[];
  /** What was observed after it, as many columns as {@link observation}. @default those of its names that begin with `next_`; else the next row */
  readonly nextObservation?: readonly string[];
  /** What was done: a category, or one or more numbers. @default `action`, and those that begin so: `action_*`, `action.*` */
  readonly action?: readonly string[];
  /** What it earned. @default `reward` */
  readonly reward?: string;
  /** Rows with the same value are one episode, wherever they stand. @default `episode`, `episode_id`, `trajectory_id` … */
  readonly episode?: string | null;
  /** Puts the rows of an episode in order: a number or a time stamp. @default `step`, `time`, `timestamp` … if {@link episode} is known */
  readonly time?: string | null;
  /** True where an episode ended by itself: nothing could have been earned any more. @default `terminated`, `terminal` … */
  readonly terminated?: string | null;
  /** True where it was cut: by a time limit, or by who wrote the log. @default `truncated`, `timeout` … */
  readonly truncated?: string | null;
  /** True where an episode ended, of a log that does not say how. @default none */
  readonly done?: string;
  /** How likely whoever acted was to choose this action, 0 to 1, or how dense for amounts. Kept as `infos.action_log_probs`. @default `probability`, `propensity` */
  readonly probability?: string | null;
  /** Columns of numbers to keep beside. @default those that begin with `info.`, which is left out of their names */
  readonly info?: readonly string[];
}

/** What a column is for. */
export type Role = keyof LogColumns;

/** Columns by what they are for. */
export type Roles = Readonly<Record<Role, readonly string[]>>;

/** What was found out about the columns of a table. */
export interface FoundColumns {
  readonly roles: Roles;
  /** Roles that nobody named: they follow from the names. */
  readonly inferred: readonly Role[];
  /** Columns without a role. */
  readonly unused: readonly string[];
}

/** Everything that a column can be for. */
export const LOG_ROLES: readonly Role[] = [
  ...(['observation', 'nextObservation', 'action', 'reward', 'episode', 'time'] as const),
  ...(['terminated', 'truncated', 'done', 'probability', 'info'] as const),
];

/** Names from which a role follows, of the whole column; with `*` also those that begin so. */
const NAMES: Readonly<Partial<Record<Role, RegExp>>> = {
  observation: /^(observations?|obs|state)([._ -].*)?$/i,
  nextObservation: /^next[._ -]?(observations?|obs|state)([._ -].*)?$/i,
  action: /^actions?([._ -].*)?$/i,
  reward: /^rewards?$/i,
  episode: /^(episode|trajectory|traj|session)([._ -]?(id|index|number))?$/i,
  time: /^(time[._ -]?steps?|steps?|time|time[._ -]?stamp|t|frame[._ -]?index)$/i,
  terminated: /^(terminated|terminals?|terminations?)$/i,
  truncated: /^(truncated|time[._ -]?outs?|truncations?)$/i,
  probability: /^(probability|propensity)$/i,
  info: /^info\./i,
};

/** Tells whether it follows from the name of a column alone what it is for. */
export function isFoundAs(role: Role, name: string): boolean {
  return NAMES[role]?.test(name) === true;
}

/** Columns that only say when or where a row is may also be observed; all others have one role. */
const SHARED: readonly Role[] = ['episode', 'time', 'info', 'probability'];

/**
 * Says which columns are what. What is not named follows from the names of columns where that is plain.
 *
 * @throws LamoError `unknown-column` if there is none of a name, `missing-column` if it cannot be told what was observed, done or earned,
 *   `ambiguous-column` if there are two for one role, or one for two
 */
export function findColumns(path: string, columns: readonly string[], given: LogColumns): FoundColumns {
  const roles: Record<Role, readonly string[]> = { ...namedRoles(path, columns, given) };
  const inferred: Role[] = [];
  const taken = new Set(Object.values(roles).flat());
  for (const role of LOG_ROLES) {
    // When rows were written says nothing where it is not known which of them belong together.
    if (given[role] !== undefined || (role === 'time' && roles.episode.length === 0)) continue;
    roles[role] = columns.filter((name) => isFoundAs(role, name) && !taken.has(name));
    if (roles[role].length > 0) inferred.push(role);
  }
  if (given.nextObservation === undefined && roles.nextObservation.length === 0) {
    roles.nextObservation = nextOf(roles.observation, columns);
    if (roles.nextObservation.length > 0) inferred.push('nextObservation');
  }
  for (const role of ['reward', 'episode', 'time', 'terminated', 'truncated', 'done', 'probability'] as const)
    checkSingle(path, role, roles[role]);
  checkApart(path, roles);
  const used = new Set(Object.values(roles).flat());
  const unused = columns.filter((name) => !used.has(name));
  const missing = NEEDED.filter((role) => roles[role].length === 0);
  if (missing.length > 0) throw missingColumn(path, missing, unused);
  return { roles, inferred, unused };
}

/** How a role is named on the command line, and in a program. */
export function flagOf(role: Role): string {
  return `--${role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}, \`columns.${role}\``;
}

const listed = (names: string | readonly string[] | null | undefined) =>
  names == null ? [] : typeof names === 'string' ? [names] : names;

/** Finds the columns of all names and patterns; a pattern leaves those out that are named elsewhere. */
function namedRoles(path: string, columns: readonly string[], given: LogColumns): Roles {
  const names = LOG_ROLES.flatMap((role) => listed(given[role]).map((name) => ({ role, name })));
  const exact = new Set(names.map(({ name }) => name).filter((name) => columns.includes(name)));
  const found = names.map(({ role, name }) => ({ role, name, columns: matching(columns, name, exact) }));
  const unknown = found.filter((one) => one.columns.length === 0);
  if (unknown.length > 0) throw unknownColumns(path, columns, unknown);
  // Patterns may overlap.
  const of = (role: Role) => new Set(found.filter((one) => one.role === role).flatMap((one) => one.columns));
  return Object.fromEntries(LOG_ROLES.map((role) => [role, [...of(role)]])) as unknown as Roles;
}

function matching(columns: readonly string[], name: string, exact: ReadonlySet<string>): readonly string[] {
  if (columns.includes(name)) return [name];
  return columns.filter((column) => patternOf(name).test(column) && !exact.has(column));
}

function unknownColumns(
  path: string,
  columns: readonly string[],
  unknown: readonly { readonly role: Role; readonly name: string }[],
) {
  const quoted = unknown.map(({ name }) => `"${name}"`);
  const similar = unknown.flatMap(({ name }) => {
    const one = nearest(name, columns);
    return one === undefined ? [] : [`"${one}"`];
  });
  return logError('unknown-column', `${path} has no column ${quoted.join(' and no ')}`, {
    expected: `one of ${columns.slice(0, 20).join(', ')}${columns.length > 20 ? ' …' : ''}`,
    received: unknown.map(({ role, name }) => `${name} for ${flagOf(role)}`).join(', '),
    ...(similar.length === 0 ? {} : { hint: `Did you mean ${[...new Set(similar)].join(', ')}?` }),
  });
}

/** Reads a pattern in which `*` stands for any text. */
export function patternOf(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** Names of what was observed next, if there are some for all that was observed. */
function nextOf(observed: readonly string[], columns: readonly string[]): readonly string[] {
  const found = observed.map((name) =>
    columns.find((column) => /^next[._ -]/i.test(column) && column.slice(5) === name),
  );
  return found.every((name) => name !== undefined) ? found : [];
}

function checkSingle(path: string, role: Role, names: readonly string[]): void {
  if (names.length <= 1) return;
  throw logError('ambiguous-column', `More than one column of ${path} may be the ${role}`, {
    expected: 'one',
    received: names.join(', '),
    hint: `Name it: ${flagOf(role)}.`,
  });
}

/** Whoever observes what was done or earned learns to copy it. */
function checkApart(path: string, roles: Roles): void {
  const owners = new Map<string, Role>();
  for (const role of LOG_ROLES) {
    if (SHARED.includes(role)) continue;
    for (const name of roles[role]) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw logError('ambiguous-column', `"${name}" of ${path} cannot be two things`, {
          expected: 'a column for each',
          received: `${owner} and ${role}`,
          hint: `Name it once: ${flagOf(owner)}, or ${flagOf(role)}.`,
        });
      }
      owners.set(name, role);
    }
  }
}

/** Roles without which a log says nothing of decisions, and how they are called in errors. */
const NEEDED = ['observation', 'action', 'reward'] as const;
const NEEDED_WORDS = {
  observation: 'what was observed',
  action: 'what was done',
  reward: 'the reward',
} as const;

function missingColumn(path: string, roles: readonly (typeof NEEDED)[number][], unused: readonly string[]) {
  const what = roles.map((role) => NEEDED_WORDS[role]).join(', ');
  return logError('missing-column', `Cannot tell which columns of ${path} are ${what}`, {
    expected: `${roles.map((role) => `a column "${role}"`).join(', ')}, or their names`,
    received: `${unused.slice(0, 20).join(', ') || 'no other columns'}${unused.length > 20 ? ' …' : ''}`,
    hint: `Name them: ${roles.map(flagOf).join('; ')}. * stands for any text.`,
  });
}
