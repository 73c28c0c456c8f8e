import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pnpm } from './pnpm.mjs';
import { root, runCommand } from './run-command.mjs';

/** How the tests went, counted one by one. */
export interface TestOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Test files with skipped tests, and how many. */
  readonly skippedFiles: readonly string[];
  /** Recordings that tests were skipped for. */
  readonly missing: readonly string[];
  readonly output: string;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Runs every test of the repository. */
export async function runTests(): Promise<TestOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'lamo-tests-'));
  try {
    const path = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
    process.env.LAMO_MISSING = join(folder, 'missing');
    const { ok, output } = await runCommand(pnpm('run', 'test', ...reporters));
    const report = await readFile(path, 'utf8').catch(() => '{"testResults":[]}');
    const noted = await readFile(process.env.LAMO_MISSING, 'utf8').catch(() => '');
    const missing = [...new Set(noted.split('\n'))].filter((name) => name !== '').sort();
    return { ...count(JSON.parse(report), ok, output), missing };
  } finally {
    delete process.env.LAMO_MISSING;
    await rm(folder, { recursive: true });
  }
}

function count({ testResults }: Report, ok: boolean, output: string): Omit<TestOutcome, 'missing'> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const skippedFiles: string[] = [];
  for (const file of testResults) {
    const tally = (status: string) => file.assertionResults.filter((test) => test.status === status).length;
    const failures = tally('failed');
    const skips = file.assertionResults.length - tally('passed') - failures;
    passed += tally('passed');
    // A file that does not even load has no tests to count: it is one failure itself.
    failed += failures === 0 && file.status === 'failed' ? 1 : failures;
    skipped += skips;
    if (skips > 0) skippedFiles.push(`${relative(root, file.name)} (${skips})`);
  }
  // Errors outside every test, and a run that never started, count as one.
  if (!ok && failed === 0) failed = 1;
  return { passed, failed, skipped, skippedFiles, output };
}
