import { afterEach, expect, it, vi } from 'vitest';
import { exitCodeOf, type Interrupt, listenForInterrupt } from './interrupt';

let interrupt: Interrupt | undefined;
afterEach(() => {
  interrupt?.stop();
  vi.restoreAllMocks();
});

/** Listens, and hears signals, without any being sent to the process that runs the tests. */
function hear(...names: NodeJS.Signals[]): { exitCode: number | undefined; ended: unknown[][] } {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => true);
  vi.spyOn(process, 'removeAllListeners').mockImplementation(() => process);
  const announce = vi.fn();
  interrupt = listenForInterrupt(announce);
  const ends: unknown[] = [];
  const onExit = (code: number) => ends.push(code);
  process.on('exit', onExit);
  for (const name of names) process.emit(name, name);
  process.off('exit', onExit);
  expect(announce).toHaveBeenCalledTimes(1);
  return {
    exitCode: exitCodeOf(interrupt.signal.reason),
    ended: kill.mock.calls.map(([, name], i) => [name, ends[i]]),
  };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s lets work end in good order, with exit code %i', (name, code) => {
  expect(hear(name)).toEqual({ exitCode: code, ended: [] });
});

it.each([
  [['SIGINT', 'SIGINT'], [['SIGINT', 130]]],
  [['SIGTERM', 'SIGTERM'], [['SIGTERM', 143]]],
  [['SIGTERM', 'SIGINT'], [['SIGINT', 130]]],
  // A closed terminal, and a session that ends, send these together.
  [['SIGHUP', 'SIGHUP', 'SIGHUP'], []],
  [['SIGTERM', 'SIGHUP'], []],
  [['SIGHUP', 'SIGTERM'], []],
] as const)('%j ends the process at once: %j', (names, ended) => {
  expect(hear(...names).ended).toEqual(ended);
});
