const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 12345 → `12,345`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1 episode`, `3 episodes`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds → `8.4 s`, `2 min 13 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A rate, a return: one decimal below 100, none above. A true minus sign, and no minus zero. */
export function formatNumber(value: number, decimals = Math.abs(value) < 100 ? 1 : 0): string {
  const text = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  }).format(value);
  return text.replace('-', '−');
}

const slow = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Steps per second: `319`, `4.1` below ten, `0.042` below one, `–` if it is not known how long they took. */
export function formatRate(rate: number | undefined): string {
  if (rate === undefined) return '–';
  if (rate < 1) return slow.format(rate);
  return rate < 10 ? formatNumber(rate) : formatCount(rate);
}

/** A target return as it was given: `3,600`, `4.5`. A 32-bit number holds seven digits. */
export function formatTarget(targetReturn: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 7 }).format(targetReturn).replace('-', '−');
}

/** A loss or a setting: four significant digits, `3e-5` where it is tiny. */
export function formatSignificant(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3)
    return value.toExponential(1).replace('.0e', 'e').replaceAll('-', '−');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/**
 * Lays out rows of cells in columns. The first row is the head, whose cells may have several lines.
 *
 * @param align of each column. @default the first one left, the others right
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  { align }: { readonly align?: readonly ('left' | 'right')[] } = {},
): string {
  const [head = [], ...body] = rows;
  const height = Math.max(...head.map((cell) => cell.split('\n').length));
  const heads = Array.from({ length: height }, (_, i) => head.map((cell) => cell.split('\n')[i] ?? ''));
  const all = [...heads, ...body];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const pad = (cell: string, column: number) => {
    const side = align?.[column] ?? (column === 0 ? 'left' : 'right');
    return side === 'left' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  };
  const lines = all.map((row) => row.map(pad).join('  ').trimEnd());
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [...lines.slice(0, height), rule, ...lines.slice(height)].join('\n');
}

/** `criticLoss` → `critic loss`. */
export function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
