import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Runs an example in a process of its own, as a reader would, and returns what it prints. */
async function runExample(name: string, budget: number): Promise<string> {
  const args = ['--conditions=@lamo/source', '--import', TSX, pathOf(name), String(budget)];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

it('quickstart.ts trains and scores both policies, in no more than 40 lines', async () => {
  expect(readFileSync(pathOf('quickstart.ts'), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(40);
  const printed = await runExample('quickstart.ts', 50);
  expect(printed).toMatch(/^BC: score -?\d+\.\d \(-?\d+\.\d to -?\d+\.\d\)$/m);
  expect(printed).toMatch(/^TD3\+BC: score -?\d+\.\d \(-?\d+\.\d to -?\d+\.\d\)$/m);
}, 120_000);

it('own-data.ts learns to heat a cold room more than a warm one', async () => {
  const printed = await runExample('own-data.ts', 500);
  const [, cold, warm] = /at 15 °C: (\S+) kW, at 23 °C: (\S+) kW/.exec(printed) ?? [];
  // The log's rule asks for full power at 15 °C and for none at 23 °C.
  expect(Number(cold)).toBeGreaterThan(2.5);
  expect(Number(warm)).toBeLessThan(0.5);
}, 120_000);

it('lamo.ts trains on few data, with and without pre-training, and asks for two returns', async () => {
  const printed = await runExample('lamo.ts', 8);
  for (const title of ['LaMo', 'LaMo without pre-training']) {
    expect(printed.match(new RegExp(`^${title}: asked for .*, score -?\\d+\\.\\d$`, 'gm'))).toHaveLength(2);
  }
}, 120_000);

it('custom-algorithm.ts trains an algorithm that nobody registered, in no more than 120 lines', async () => {
  const lines = readFileSync(pathOf('custom-algorithm.ts'), 'utf8').trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(120);
  expect(await runExample('custom-algorithm.ts', 50)).toMatch(/^MARWIL: score -?\d+\.\d$/m);
}, 120_000);

it('active.ts asks for every machine once, and then for those that the policy does not know, in no more than 60 lines', async () => {
  expect(readFileSync(pathOf('active.ts'), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(60);
  const asked = (await runExample('active.ts', 200)).trim().split('\n');
  expect(asked).toHaveLength(12);
  expect(asked.slice(0, 6).every((line, i) => line.startsWith(`machine ${i + 1} (each once)`))).toBe(true);
  expect(asked[6]).toMatch(/^machine [3-6]: largest loss \d\.\d{4}$/);
}, 120_000);

it('offers.ts finds out what sells in which weather, and by its log alone that it beats the shop', async () => {
  const printed = await runExample('offers.ts', 1000);
  expect(printed).toContain('rain: tea\nsnow: cake\nsun: ice\n');
  const [, value, logged, verdict] = /sells to (\d+) % .*, the shop to (\d+) %: (\w+)/.exec(printed) ?? [];
  // By how the visitors are drawn: 60 % of them, where the shop sells to 30 %.
  expect(Math.abs(Number(value) - 60)).toBeLessThan(5);
  expect(Math.abs(Number(logged) - 30)).toBeLessThan(3);
  expect(verdict).toBe('better');
}, 120_000);
