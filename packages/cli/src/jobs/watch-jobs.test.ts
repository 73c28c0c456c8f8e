import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { watchJobs } from './watch-jobs';

const [first, second] = [1, 2].map((seed) => {
  return { label: `seed ${seed}`, path: 'nowhere', args: [], device: 'cpu', steps: 100, done: 0 };
}) as [never, never];

/** Watches one job that takes steps and ends, and one that fails. */
function watchBoth(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80, rows: 24 });
  const watch = watchJobs([first, second], stream as unknown as NodeJS.WriteStream);
  const tell = watch.start(first);
  watch.start(second);
  tell({ update: 50 });
  tell({ print: 'step 50  score 12.0' });
  tell({ pause: 'evaluating' });
  const before = String(stream.read());
  watch.end(first, 'finished');
  watch.end(second, { failure: { code: 'run-failed', problem: 'no data' } });
  watch.stop();
  return { before, whole: before + String(stream.read()) };
}

/** What a terminal shows in the end. */
function screen(text: string): string[] {
  const lines = [''];
  let row = 0;
  const marked = text.replaceAll('\x1b[1A', '↑').replaceAll('\x1b[2K', '↵');
  for (const character of stripVTControlCharacters(marked)) {
    if (character === '↑') row -= 1;
    else if (character === '↵') lines[row] = '';
    else if (character === '\n') lines[++row] ??= '';
    else if (character !== '\r') lines[row] += character;
  }
  return lines.filter((line) => line !== '');
}

describe('several runs on a terminal', () => {
  const { before, whole } = watchBoth(true);

  it('have a bar each below their lines, and one for all at the bottom', () => {
    expect(screen(before)).toEqual([
      'seed 1  step 50  score 12.0',
      expect.stringMatching(/^seed 1 {2}.* 50 of 100 steps {2}evaluating$/),
      expect.stringMatching(/^seed 2 {2}.* 0 of 100 steps {2}starting$/),
      expect.stringMatching(/^all 2 {3}.* 50 of 200 steps/),
    ]);
  });

  it('leave nothing but their lines', () => {
    expect(screen(whole)).toEqual([
      'seed 1  step 50  score 12.0',
      'seed 1  finished',
      'seed 2  error: no data',
    ]);
  });
});

it('several runs show what all of them are warned of once', () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), {
    isTTY: false,
    columns: 80,
    rows: 24,
  });
  const watch = watchJobs([first, second], stream as unknown as NodeJS.WriteStream);
  for (const job of [first, second]) {
    const tell = watch.start(job);
    tell({ warning: 'All rewards are equal.' });
    tell({ warning: `Only of ${(job as { label: string }).label}.` });
  }
  expect(stripVTControlCharacters(String(stream.read()))).toBe(
    'warning: All rewards are equal.\nwarning: Only of seed 1.\nwarning: Only of seed 2.\n',
  );
});

it('several runs in a file have no control sequences, and a line for all only now and then', () => {
  const { whole } = watchBoth(false);
  expect(whole).toBe('seed 1  step 50  score 12.0\nseed 1  finished\nseed 2  error: no data\n');
});
