/**
 * `pnpm bench:mutants [--only TEXT] [--again]`: puts one small fault after another into the sources, as the tests see them, and says
 * which of them no test notices. Recordings beside the repository are left out: what counts is what a fresh clone notices.
 *
 * Results are written as they come to `benchmarks/mutants/results.json`. What is there already, with the same fault and a verdict, is
 * not run again, unless `--again` is said; survivors always are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runCommand } from '../../scripts/run-command.mjs';
import { applyMutant, type Mutant, nameOf } from './mutant';
import { mutants } from './tables';

/** What became of a mutant; `stale` if the text that it changes is no longer there, or no longer parses with it. */
export type Verdict = 'killed' | 'survived' | 'stale';

const path = join(root, 'benchmarks/mutants/results.json');
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, again: { type: 'boolean', default: false } },
});
const chosen = mutants.filter((mutant) => nameOf(mutant).includes(values.only));
const results: Record<string, Verdict> = readResults();
/** Tests that pass without a fault. */
const sound = new Set<string>();

for (const [i, mutant] of chosen.entries()) {
  const name = nameOf(mutant);
  if (results[name] === 'killed' && !values.again) continue;
  results[name] = await judge(mutant);
  const known = mutants.map(nameOf).filter((each) => results[each] !== undefined);
  writeFileSync(
    path,
    `${JSON.stringify(Object.fromEntries(known.map((each) => [each, results[each]])), null, 2)}\n`,
  );
  console.log(`${i + 1}/${chosen.length} ${results[name]} ${name}`);
}
report();

/** Nothing can be said about faults by tests that fail without one. */
async function checkUnmutated(tests: readonly string[]): Promise<void> {
  if (sound.has(tests.join())) return;
  const { ok, output } = await runTests(tests, null);
  if (!ok) throw new Error(`${output}\nThese tests fail without a fault: ${tests.join(', ')}`);
  sound.add(tests.join());
}

async function judge(mutant: Mutant): Promise<Verdict> {
  if (applyMutant(mutant, readFileSync(join(root, mutant.file), 'utf8')) === undefined) return 'stale';
  await checkUnmutated(mutant.tests);
  const { ok, output } = await runTests(mutant.tests, mutant);
  if (ok) return 'survived';
  // A fault that does not even parse says nothing about tests.
  return /Transform failed|SyntaxError|PARSE_ERROR|No test files found/.test(output) ? 'stale' : 'killed';
}

async function runTests(tests: readonly string[], mutant: Mutant | null) {
  process.env.LAMO_MUTANT = JSON.stringify(mutant);
  process.env.LAMO_RECORDINGS = 'none';
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const options = ['--config=benchmarks/mutants/vitest.config.ts', '--maxWorkers=1', '--bail=1'];
  return runCommand([process.execPath, vitest, 'run', ...options, ...tests]);
}

function report(): void {
  const verdicts = mutants.map((mutant) => [nameOf(mutant), results[nameOf(mutant)] ?? 'not run'] as const);
  const count = (verdict: string) => verdicts.filter(([, each]) => each === verdict).length;
  const judged = count('killed') + count('survived');
  for (const [name, verdict] of verdicts) if (verdict !== 'killed') console.log(`${verdict}: ${name}`);
  const share = ((100 * count('killed')) / judged).toFixed(1);
  console.log(`${count('killed')} of ${judged} killed, ${share} %; ${count('stale')} stale`);
}

function readResults(): Record<string, Verdict> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
