/** How a command presents its output: flags that all commands have. */
export interface OutputFlags {
  /** The result is one JSON document, and errors and warnings are lines of JSON. */
  readonly json?: boolean;
  /** No progress, and no advice. */
  readonly quiet?: boolean;
}

/** Those flags by name. They do not change what a command does: runs are the same with and without them. */
export const OUTPUT_FLAGS: readonly (keyof OutputFlags)[] = ['json', 'quiet'];

/** A result in words. */
export interface Description {
  /** The result: a number, a table, a text. It is shown even if the command is quiet. */
  readonly answer?: string;
  /** Additional information: where files are, what to do next. */
  readonly note?: string;
}

/** A process runs one command, so this applies to everything in it. */
let chosen: OutputFlags = {};

/** Sets how the command presents its output. */
export function chooseOutput(flags: OutputFlags): void {
  chosen = flags;
}

/** Whether progress and advice are left out. */
export function isQuiet(): boolean {
  return chosen.quiet === true;
}

/** Says on stderr what a command is doing, unless it is quiet. */
export function tell(line: string): void {
  if (!isQuiet()) process.stderr.write(`${line}\n`);
}

/**
 * Shows the result of a command on stdout: in words, or as JSON, in which numbers that are not finite are null.
 *
 * @param value plain data, complete for programs
 * @param description left out if all of it was shown by {@link showPiece}
 */
export function showResult(value: unknown, { answer, note }: Description = {}): void {
  const words = [answer, isQuiet() ? undefined : note].filter((text) => text !== undefined);
  const texts = chosen.json ? [JSON.stringify(value, null, 2)] : words;
  if (texts.length > 0) process.stdout.write(`${texts.join('\n')}\n`);
}

/** Shows a piece of an answer as soon as it is available. As JSON, the answer is printed whole. */
export function showPiece(text: string): void {
  if (!chosen.json) process.stdout.write(text);
}

/** Formats a message for stderr: in words, or as a line of JSON that says by its key what it is. */
export function wordMessage(kind: 'warning' | 'error', data: unknown, words: string): string {
  return chosen.json ? JSON.stringify({ [kind]: data }) : words;
}
