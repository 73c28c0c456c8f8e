import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import { built } from './built';
import { type Outcome, requireSuccess } from './lamo';

/**
 * Runs `lamo` in this process, as it was built. A process of its own takes most of a second to start and to load what it
 * trains with, and this does not; but its exit is not tested, nor what it does at signals and what native libraries say.
 */
export async function lamoHere(args: readonly string[], cwd: string): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      output[name] += stripVTControlCharacters(String(text));
      return true;
    }),
  );
  const home = process.cwd();
  process.chdir(cwd);
  try {
    const code = await built.runCli(args);
    return { code, ...output };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs `lamo` in this process and throws what it printed if it failed. */
export async function lamoSucceedsHere(args: readonly string[], cwd: string): Promise<Outcome> {
  return requireSuccess(args, await lamoHere(args, cwd));
}
