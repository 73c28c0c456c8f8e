import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import { runCli } from '../src/run-cli';
import type { Outcome } from './lamo';

/**
 * Runs `lamo` in this process, from the sources. A process of its own takes a second to start and this does not, but it
 * does not hear what native libraries say.
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
    const code = await runCli(args);
    return { code, ...output };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}
