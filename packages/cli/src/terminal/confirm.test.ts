import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { confirm, type Terminal } from './confirm';

const NEVER = new AbortController().signal;

/** A terminal at which somebody types. */
function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80 });
  return { input, output } as unknown as Terminal & { readonly input: PassThrough };
}

it.each([
  ['y\r', true],
  ['YES\r', true],
  [' y \r', true],
  ['\r', false],
  ['n\r', false],
  ['yesterday\r', false],
  ['\x04', false],
])('takes %j for %s', async (typed, agreed) => {
  const { input, output } = terminal();
  const answer = confirm('Fetch it?', { input, output }, NEVER);
  input.write(typed);
  expect(await answer).toBe(agreed);
  expect(String(output.read())).toContain('Fetch it? [y/N] ');
});

it('takes the end of the input for no', async () => {
  const { input, output } = terminal();
  const answer = confirm('Fetch it?', { input, output }, NEVER);
  input.end();
  expect(await answer).toBe(false);
});

it('does not ask where nobody can answer', async () => {
  const { input, output } = terminal(false);
  expect(await confirm('Fetch it?', { input, output }, NEVER)).toBe(false);
  expect(output.read()).toBeNull();
});

it('stops asking at Ctrl-C', async () => {
  const { input, output } = terminal();
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('stopped'));
  process.once('SIGINT', stop);
  const answer = confirm('Fetch it?', { input, output }, controller.signal);
  await setImmediate();
  input.write('\x03');
  await expect(answer).rejects.toThrow('stopped');
  process.off('SIGINT', stop);
});
