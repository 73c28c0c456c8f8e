import pc from 'picocolors';
import { wordMessage } from './output';

/** Lays out a warning as one line of a terminal. */
export function formatWarning(message: string): string {
  return wordMessage('warning', message, `${pc.yellow('warning:')} ${message}`);
}

/** Prints a warning on stderr. */
export function printWarning(message: string): void {
  process.stderr.write(`${formatWarning(message)}\n`);
}
