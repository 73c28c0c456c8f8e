import type { Encoding, FillRule, LogColumns, LogOptions, LogRole } from '@lamo/data';

/** Flags that say which columns of a log of one's own are what. */
export interface LogFlags {
  readonly observation?: readonly string[];
  readonly nextObservation?: readonly string[];
  readonly action?: readonly string[];
  readonly reward?: string;
  readonly episode?: string;
  readonly time?: string;
  readonly terminated?: string;
  readonly truncated?: string;
  readonly done?: string;
  readonly probability?: string;
  readonly info?: readonly string[];
  readonly ends?: 'terminated' | 'truncated';
  readonly oneStep?: boolean;
  readonly encode?: Readonly<Record<string, Encoding>>;
  readonly fill?: Readonly<Record<string, FillRule>>;
  readonly missingValues?: readonly string[];
}

/** Columns by what they are for, as flags have them. */
const ROLES: readonly (LogRole & keyof LogFlags)[] = [
  ...(['observation', 'nextObservation', 'action', 'reward', 'episode', 'time'] as const),
  ...(['terminated', 'truncated', 'done', 'probability', 'info'] as const),
];

/** Picks what flags say about a log; undefined where they say nothing. */
export function logReading(flags: LogFlags): LogOptions | undefined {
  const columns = pick(flags, ROLES) as LogColumns;
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
