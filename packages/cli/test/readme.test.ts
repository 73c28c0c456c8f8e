import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopAll } from './lamo';
import { lamoSucceedsHere } from './lamo-here';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = Array.from(readme.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block!);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-readme-'));
});
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

/** A line of the README as arguments, with few of the rows and steps, one short evaluation and names of files in place of patterns. */
function argumentsOf(line: string): string[] {
  const short = line
    .replace(/--(steps|rows) (\d+)/, (_, option, count) => `--${option} ${count / 500}`)
    .replace(/--environment \S+/, '$& --episodes 2 --evaluate-every 1000');
  const [command, ...args] = short.split(' ');
  expect(command).toBe('lamo');
  return args;
}

it('the commands of the README go from nothing to a report', async () => {
  expect(blocks).toHaveLength(1);
  for (const line of blocks[0]!.trim().split('\n')) await lamoSucceedsHere(argumentsOf(line), folder);
  expect(readdirSync(join(folder, 'runs'))).toHaveLength(3);
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('TD3+BC');
}, 180_000);
