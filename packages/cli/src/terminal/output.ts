/** How a command says what it has to say: flags that all commands have. */
export interface OutputFlags {
  /** The result is one JSON document, and errors and warnings are lines of JSON. */
  readonly json?: boolean;
  /** No progress, and no advice. */
  readonly quiet?: boolean;
}

/** Those flags by name. They are not settings of what a command does: the same run comes of it with and without them. */
export const OUTPUT_FLAGS: readonly (keyof OutputFlags)[] = ['json', 'quiet'];

/** A result in words. */
export interface Description {
  /** What was asked for: a number, a table, a text. It is shown even if the command is to be quiet. */
  readonly answer?: string;
  /** What is good to know besides: where files are, what one may do next. */
  readonly note?: string;
}

/** A process runs one command, and all that happens in it speaks as that command was told to. */
let chosen: OutputFlags = {};

/** Sets how the command speaks that is to run. */
export function chooseOutput(flags: OutputFlags): void {
  chosen = flags;
}

/** Whether progress and advice are left out. */
export function isQuiet(): boolean {
  return chosen.quiet === true;
}

/** Says on stderr what a command is doing, unless it is to be quiet. */
export function tell(line: string): void {
  if (!isQuiet()) process.stderr.write(`${line}\n`);
}

/**
 * Shows the result of a command on stdout: in words, or as JSON, in which numbers that are not finite are null.
 *
 * @param value plain data: it is all of a result that programs read
 * @param description left out if all of it was shown by {@link showPiece}
 */
export function showResult(value: unknown, { answer, note }: Description = {}): void {
  const words = [answer, isQuiet() ? undefined : note].filter((text) => text !== undefined);
  const texts = chosen.json ? [JSON.stringify(value, null, 2)] : words;
  if (texts.length > 0) process.stdout.write(`${texts.join('\n')}\n`);
}

/** Shows a piece of an answer as soon as it is there. As JSON, an answer comes whole. */
export function showPiece(text: string): void {
  if (!chosen.json) process.stdout.write(text);
}

/** Words a message for stderr: in words, or as a line of JSON that says by its key what it is. */
export function wordMessage(kind: 'warning' | 'error', data: unknown, words: string): string {
  return chosen.json ? JSON.stringify({ [kind]: data }) : words;
}
