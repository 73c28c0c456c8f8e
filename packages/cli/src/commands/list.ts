import { Argument, type Command } from 'commander';
import pc from 'picocolors';
import { type Catalogue, catalogue } from '../catalogue';
import { formatNumber, formatTable } from '../terminal/format';
import { showResult } from '../terminal/output';
import { choiceParser } from './common-options';

type Row = Readonly<Record<string, unknown>>;
type Kind = 'algorithms' | 'environments' | 'devices';

const KINDS: readonly Kind[] = ['algorithms', 'environments', 'devices'];

/** Defines `lamo list`. */
export function defineList(command: Command): void {
  command
    .description('Shows what there is: algorithms with their presets, environments, devices.')
    .addArgument(
      new Argument('[kind]', `what to list: ${KINDS.join(', ')} (default: everything)`).argParser(
        choiceParser(KINDS),
      ),
    )
    .action(list);
}

function list(kind: Kind | undefined): void {
  const { algorithms, environments, devices }: Catalogue = catalogue;
  const listed: Readonly<Record<Kind, readonly object[]>> = { algorithms, environments, devices };
  const tables = (kind === undefined ? KINDS : [kind]).map(
    (name) => `${pc.bold(name)}\n${toTable(listed[name] as readonly Row[])}\n`,
  );
  showResult(kind === undefined ? listed : listed[kind], { answer: tables.join('\n') });
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
  if (typeof value === 'object') return shorten(Array.isArray(value) ? value : Object.keys(value as object));
  return String(value);
}

/** Characters of a list that are shown in a table. */
const WIDEST = 48;

/** Names as many as fit, and how many more there are. */
function shorten(names: readonly unknown[]): string {
  const all = names.join(', ') || '–';
  if (all.length <= WIDEST) return all;
  let count = names.length;
  while (count > 1 && names.slice(0, count).join(', ').length > WIDEST) count--;
  return `${names.slice(0, count).join(', ')} and ${names.length - count} more`;
}
