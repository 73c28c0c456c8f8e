import { progressLine } from './progress-line.mjs';

/**
 * Does one step of a script, with a line that says how it went. A step that fails ends the script with what it printed.
 *
 * @param {string} title
 * @param {Promise<{ok: boolean, output: string}>} work
 */
export async function step(title, work) {
  const end = progressLine(title);
  const { ok, output } = await work;
  end(ok ? 'done' : 'failed');
  if (ok) return;
  process.stderr.write(output);
  process.exit(1);
}
