import { readPieces } from './read-pieces';

/** Characters after which a line is cut, so that a book on one line needs no more memory than any other. */
const LONGEST_LINE = 1 << 16;

/**
 * Reads the lines of a UTF-8 file, line breaks kept, a piece of the file in memory at a time. Lines of more than 65,536
 * characters are cut, before a space if there is one.
 *
 * @throws LamoError what {@link readPieces} throws
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of readPieces(path)) {
    const text = rest + piece;
    let start = 0;
    for (;;) {
      const end = lineEnd(text, start);
      if (end === -1) break;
      yield text.slice(start, end);
      start = end;
    }
    rest = text.slice(start);
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
