import { algorithms, describeConfig } from '@lamo/algos';
import { environmentIds, hasReferenceReturns, referenceReturns } from '@lamo/eval';
import { deviceNames } from '@lamo/runtime';
import { Argument, type Command } from 'commander';
import pc from 'picocolors';
import { collectors } from '../collectors';
import { environmentSpec } from '../environment-spec';
import { formatNumber, formatTable } from '../terminal/format';

type Row = Readonly<Record<string, unknown>>;

/** What can be listed, each as plain data; the table of the terminal shows the same rows. */
const kinds: Readonly<Record<string, () => Promise<Row[]>>> = {
  algorithms: async () =>
    [...algorithms.values()].map((algorithm) => ({
      name: algorithm.name,
      title: algorithm.title,
      paper: algorithm.paper,
      presets: algorithm.presets,
      config: describeConfig(algorithm),
      metrics: algorithm.metrics,
    })),
  environments: () => Promise.all(environmentIds().map(describeEnvironment)),
  devices: async () => Object.entries(deviceNames).map(([name, description]) => ({ name, description })),
};

/** Defines `lamo list`. */
export function defineList(command: Command): void {
  command
    .description('Shows what there is: algorithms with their presets, environments, devices.')
    .addArgument(new Argument('[kind]', 'what to list (default: everything)').choices(Object.keys(kinds)))
    .option('--json', 'print JSON, with all settings')
    .action(list);
}

async function list(kind: string | undefined, { json }: { readonly json?: boolean }): Promise<void> {
  const names = kind === undefined ? Object.keys(kinds) : [kind];
  const listed: [string, Row[]][] = [];
  for (const name of names) listed.push([name, await kinds[name]!()]);
  if (json) {
    console.log(JSON.stringify(kind === undefined ? Object.fromEntries(listed) : listed[0]![1], null, 2));
    return;
  }
  for (const [name, rows] of listed) console.log(`${pc.bold(name)}\n${toTable(rows)}\n`);
}

/** What would not fit into a terminal: `--json` has it, and `lamo train ALGORITHM --help`. */
const LONG = ['paper', 'config', 'metrics'];

function toTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0]!).filter((column) => !LONG.includes(column));
  const cells = rows.map((row) => columns.map((column) => toCell(row[column])));
  return formatTable([columns, ...cells], { align: columns.map(() => 'left') });
}

function toCell(value: unknown): string {
  if (value === null) return '–';
  if (typeof value === 'number') return formatNumber(value, Number.isInteger(value) ? 0 : 2);
  if (Array.isArray(value)) return value.join(', ') || '–';
  if (typeof value === 'object') return Object.keys(value).join(', ') || '–';
  return String(value);
}

async function describeEnvironment(id: string): Promise<Row> {
  const { observationSize, actionSize, maxEpisodeSteps } = await environmentSpec(id);
  const references = hasReferenceReturns(id) ? referenceReturns(id) : undefined;
  return {
    name: id,
    observations: observationSize,
    actions: actionSize,
    steps: maxEpisodeSteps,
    'score 0': references?.random ?? null,
    'score 100': references?.expert ?? null,
    collectors: collectors.filter((collector) => collector.fits(id)).map(({ name }) => name),
  };
}
