import { LOG_ROLES, type LogColumns, type LogOptions } from '@lamo/data';
import { NONE } from '../commands/log-options';

/** Flags that say how a log of one's own is read: which columns are what, and what no column says. */
export interface LogFlags extends LogColumns, Pick<LogOptions, 'ends' | 'oneStep' | 'encode' | 'fill'> {
  readonly missingValues?: readonly string[];
}

/** Picks what flags say about a log; undefined where they say nothing. */
export function logReading(flags: LogFlags): LogOptions | undefined {
  const columns = Object.fromEntries(
    // Commander cannot keep null.
    Object.entries(pick(flags, LOG_ROLES)).map(([role, name]) => [role, name === NONE ? null : name]),
  ) as LogColumns;
  const log: LogOptions = {
    ...(Object.keys(columns).length === 0 ? {} : { columns }),
    ...pick(flags, ['ends', 'oneStep', 'encode', 'fill']),
    ...(flags.missingValues === undefined ? {} : { missing: flags.missingValues }),
  };
  return Object.keys(log).length === 0 ? undefined : log;
}

function pick<Name extends keyof LogFlags>(flags: LogFlags, names: readonly Name[]): Pick<LogFlags, Name> {
  const given = names.filter((name) => flags[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, flags[name]])) as Pick<LogFlags, Name>;
}

/** Lists what was said of a log by name, in plain words, for labels and comparisons. */
export function logSettings({ columns = {}, encode, fill, ...others }: LogOptions): Record<string, unknown> {
  const pairs = (rules: Readonly<Record<string, unknown>>) =>
    Object.entries(rules).map(([name, rule]) => `${name}=${rule}`);
  return {
    ...columns,
    ...others,
    ...(encode === undefined ? {} : { encode: pairs(encode) }),
    ...(fill === undefined ? {} : { fill: pairs(fill) }),
  };
}
