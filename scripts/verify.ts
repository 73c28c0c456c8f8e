// Everything that must hold before a change is merged. Every stage runs, even after one failed; the last line
// counts the tests, and each check of the other stages as one. The tests take both of two cores; what comes before them takes one core
// each, so there are two at a time.
import { checkPackages } from './check-packages';
import { pnpm } from './pnpm.mjs';
import { progressLine } from './progress-line.mjs';
import { runCommand } from './run-command.mjs';
import { runTests } from './run-tests';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
  /** Said whatever the outcome. */
  readonly notes?: readonly string[];
  /** Said in full if something failed. */
  readonly output: string;
}

/** A stage that has begun, or waits for the one before it. */
interface Stage {
  readonly title: string;
  /** How it went, and how many milliseconds it took. */
  readonly work: Promise<{ readonly outcome: Outcome; readonly took: number }>;
}

const begun = [
  ...beginInTurn({
    lint: () => runScript('lint'),
    types: () => runScript('types'),
    api: () => runScript('docs:api', '--check'),
  }),
  ...beginInTurn({ build: () => runScript('build'), packages }),
];
const outcomes: Outcome[] = [];
for (const stage of begun) outcomes.push(await show(stage));
for (const stage of beginInTurn({ tests })) outcomes.push(await show(stage));
const total = sum(outcomes);
console.log(describe(total));
process.exitCode = total.failed === 0 ? 0 : 1;

/** Begins stages one after the other, without waiting to show them. */
function beginInTurn(stages: Readonly<Record<string, () => Promise<Outcome>>>): Stage[] {
  let earlier: Promise<unknown> = Promise.resolve();
  return Object.entries(stages).map(([title, run]) => {
    const work = earlier.then(async () => {
      const started = performance.now();
      const outcome = await run().catch((error) => ({
        passed: 0,
        failed: 1,
        output: String(error.stack ?? error),
      }));
      return { outcome, took: performance.now() - started };
    });
    earlier = work;
    return { title, work };
  });
}

/** Waits for a stage, and says how it went. */
async function show({ title, work }: Stage): Promise<Outcome> {
  const end = progressLine(title.padEnd(8));
  const { outcome, took } = await work;
  const single = outcome.passed + outcome.failed === 1;
  end(single ? (outcome.failed === 0 ? 'passed' : 'failed') : describe(outcome), took);
  for (const note of outcome.notes ?? []) console.log(`  ${note}`);
  if (outcome.failed > 0) console.log(outcome.output);
  return outcome;
}

/** One script of the root package.json, counted as one check. */
async function runScript(name: string, ...args: readonly string[]): Promise<Outcome> {
  const { ok, output } = await runCommand(pnpm('run', name, ...args));
  const warnings = /Found (\d+ warnings?)/.exec(output)?.[1];
  return {
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    output,
    notes: warnings ? [`${warnings}: see pnpm ${name}`] : [],
  };
}

async function packages(): Promise<Outcome> {
  const checks = await checkPackages();
  const failures = checks.filter(({ ok }) => !ok);
  return {
    passed: checks.length - failures.length,
    failed: failures.length,
    output: failures.map(({ name, output }) => `${name}\n${output}`).join('\n'),
  };
}

async function tests(): Promise<Outcome> {
  const outcome = await runTests();
  const notes = outcome.skippedFiles.map((file) => `skipped: ${file}`);
  if (outcome.missing.length > 0) {
    notes.push(`looked for in ../shared and not found: ${outcome.missing.join(', ')}`);
  }
  return { ...outcome, notes };
}

function sum(parts: readonly Outcome[]): Outcome {
  const add = (key: 'passed' | 'failed' | 'skipped') => parts.reduce((n, part) => n + (part[key] ?? 0), 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped'), output: '' };
}

function describe({ passed, failed, skipped = 0 }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
