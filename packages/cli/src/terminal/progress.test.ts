import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createMeter } from './meter';
import { startProgress } from './progress';

/** A stream that keeps what is written to it, as a terminal of 80 columns or as a file. */
function recorder(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80 });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? '') };
}

describe('progress on a terminal', () => {
  it('redraws one line that never wraps', () => {
    const { stream, text } = recorder(true);
    const title = 'a title so long that there is no room for all that is to be said';
    const progress = startProgress({ title, total: 30_000, unit: 'steps', stream });
    progress.pause('evaluating');
    const [line] = text().split('\r').slice(-1);
    expect(line).toContain(title);
    expect(stripVTControlCharacters(line!).length).toBeLessThan(80);
  });

  it('shortens or drops the bar first where room is short, then whole fields, the least important first', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const meter = createMeter({ title: 'TD3+BC seed 0', total: 20_000, unit: 'steps' });
    vi.advanceTimersByTime(1000);
    meter.update(1000);
    vi.useRealTimers();
    meter.remark('critic loss 0.25  actor loss −1.5');
    const line = (columns: number) => stripVTControlCharacters(meter.line(columns));
    const fields = [
      '1,000 of 20,000 steps',
      '1,000 steps/s',
      '19 s left',
      'critic loss 0.25',
      'actor loss −1.5',
    ];
    const barsOf = (text: string) => text.match(/[━─]/g)?.length ?? 0;
    expect(line(140)).toMatch(/^TD3\+BC seed 0 {2}━[━─]{23} {2}1,000 of/);
    expect(barsOf(line(110))).toBe(10);
    for (let columns = 140; columns > 13; columns--) {
      const [title, ...shown] = line(columns)
        .split('  ')
        .filter((field) => !/[━─]/.test(field));
      expect(title).toBe('TD3+BC seed 0');
      expect(shown, `${columns} columns`).toEqual(fields.slice(0, shown.length));
      expect(line(columns).length).toBeLessThan(columns);
      // What is left out has no room.
      const more = [title, ...fields.slice(0, shown.length + 1)].join('  ');
      if (shown.length < fields.length) expect(more.length).toBeGreaterThanOrEqual(columns);
    }
    expect(line(80)).toBe(
      ['TD3+BC seed 0', ...fields.slice(0, 3)].join('  ').replace('0  1', `0  ━${'─'.repeat(14)}  1`),
    );
  });

  it('says how fast slow work is, and nothing of work that has not moved yet', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const meter = createMeter({ title: 'LaMo', total: 10, unit: 'steps' });
    vi.advanceTimersByTime(1000);
    meter.update(0);
    expect(meter.text()).toBe('LaMo  0 of 10 steps');
    const slow = createMeter({ title: 'LaMo', total: 3, unit: 'steps' });
    vi.advanceTimersByTime(2500);
    slow.update(1);
    vi.useRealTimers();
    expect(slow.text()).toBe('LaMo  1 of 3 steps  0.4 steps/s  5.0 s left');
  });

  it('prints lines above the bar, and takes it away at the end', () => {
    const { stream, text } = recorder(true);
    const progress = startProgress({ title: 'BC', total: 100, unit: 'steps', stream });
    progress.update(50);
    progress.print('step 50  score 12.0');
    progress.stop();
    const [above, bar] = stripVTControlCharacters(text()).split('\n');
    expect(above).toMatch(/\rstep 50 {2}score 12\.0$/);
    expect(bar).toMatch(/BC .* 50 of 100 steps.*\r$/);
  });
});

describe('what is said beside the progress', () => {
  it('stands behind it until it is said anew', () => {
    const { stream, text } = recorder(true);
    const progress = startProgress({ title: 'BC', total: 100, unit: 'steps', stream });
    progress.remark('actor loss 0.25');
    progress.print('a line');
    expect(stripVTControlCharacters(text())).toMatch(/ 0 of 100 steps {2}actor loss 0\.25$/);
    progress.remark('actor loss 0.125');
    progress.print('a line');
    expect(stripVTControlCharacters(text())).toMatch(/ 0 of 100 steps {2}actor loss 0\.125$/);
    progress.stop();
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
