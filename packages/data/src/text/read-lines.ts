import { createReadStream } from 'node:fs';
import { LamoError } from '../errors';

/** Characters after which a line is cut, so that a book on one line needs no more memory than others. */
const LONGEST_LINE = 1 << 16;

/**
 * Reads the lines of a UTF-8 file, line breaks kept, a piece of the file in memory at a time. Lines of more than 65,536
 * characters are cut, before a space if there is one.
 *
 * @throws LamoError `not-utf8`, `not-readable`
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) {
      const text = rest + decoder.decode(piece as Uint8Array, { stream: true });
      let start = 0;
      for (;;) {
        const end = lineEnd(text, start);
        if (end === -1) break;
        yield text.slice(start, end);
        start = end;
      }
      rest = text.slice(start);
    }
    rest += decoder.decode();
  } catch (error) {
    throw readError(path, error);
  }
  if (rest !== '') yield rest;
}

/** One past the end of the line that starts at `start`, or -1 if the text ends before it. */
function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  const length = (end === -1 ? text.length : end) - start;
  if (length <= LONGEST_LINE) return end === -1 ? -1 : end + 1;
  const space = text.lastIndexOf(' ', start + LONGEST_LINE);
  if (space > start) return space;
  const cut = start + LONGEST_LINE;
  const splitsCharacter = text.codePointAt(cut - 1)! > 0xffff;
  return splitsCharacter ? cut - 1 : cut;
}

function readError(path: string, cause: unknown): LamoError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new LamoError({
      where: 'data/text',
      code: 'not-utf8',
      problem: `${path} is no text in UTF-8`,
      expected: 'UTF-8',
      received: 'bytes that are no characters in it',
      hint: 'Convert the file, for example with `iconv -t utf-8`, or leave it out.',
      cause,
    });
  }
  return new LamoError({
    where: 'data/text',
    code: 'not-readable',
    problem: `${path} cannot be read`,
    received: cause instanceof Error ? cause.message : String(cause),
    hint: 'Check the path and its permissions.',
    cause,
  });
}
