import pc from 'picocolors';

/** Lays out a warning as one line of a terminal. */
export function formatWarning(message: string): string {
  return `${pc.yellow('warning:')} ${message}`;
}

/** Prints a warning on stderr. */
export function printWarning(message: string): void {
  process.stderr.write(`${formatWarning(message)}\n`);
}
