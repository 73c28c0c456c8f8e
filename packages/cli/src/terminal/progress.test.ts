import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startProgress } from './progress';

/** A stream that keeps what is written to it, as a terminal of 80 columns or as a file. */
function recorder(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  const text = () => String(stream.read() ?? '');
  return { stream: stream as unknown as NodeJS.WriteStream, text };
}

describe('progress on a terminal', () => {
  it('redraws one line, which never wraps, and takes it away', () => {
    const { stream, text } = recorder(true);
    const title = 'a title that leaves too little room for all that there is to say';
    const progress = startProgress({ title, total: 100, unit: 'steps', stream });
    progress.pause('evaluating');
    progress.print('step 50  score 12.0');
    progress.stop();
    const lines = text().split('\n');
    expect(lines[0]).toContain(title);
    expect(lines[0]).toMatch(/step 50 {2}score 12\.0$/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's control sequences
    const drawn =
      text() ||
      lines[1]!
        .replace(/\x1b\[[\d;]*[A-Za-z]/g, '')
        .split('\r')
        .at(1)!;
    expect(drawn.length).toBeLessThan(80);
    expect(lines.at(-1)).toMatch(/\r\x1b\[2K$/);
  });
});

describe('progress in a file', () => {
  it('has no control sequences, and only what is printed while little time has passed', () => {
    const { stream, text } = recorder(false);
    const progress = startProgress({ title: 'BC', total: 100, unit: 'steps', stream });
    for (let done = 1; done <= 100; done++) progress.update(done);
    progress.pause('evaluating');
    progress.print('step 100  score 12.0');
    progress.stop();
    expect(text()).toBe('step 100  score 12.0\n');
  });
});
