import { createInterface } from 'node:readline/promises';

/** Where a question is asked, and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * Asks a yes-or-no question. Only `y` or `yes` means yes; if this is not a terminal, or the input ends, the answer is no.
 *
 * @throws the signal's reason if it is aborted
 */
export async function confirm(
  question: string,
  { input, output }: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.isTTY || !output.isTTY) return false;
  const lines = createInterface({ input, output });
  // While it reads, the terminal makes no signals of its keys.
  lines.on('SIGINT', () => process.emit('SIGINT'));
  const ended = new Promise<string>((resolve) => lines.on('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}
