import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { root } from '../../../scripts/run-command.mjs';
import { type Outcome, startLamo, stopAll } from './lamo';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const page = readFileSync(join(root, 'docs/contribute/add-an-environment.md'), 'utf8');
const example = /^```ts\n(.*?)^```$/ms.exec(page)![1]!;
const [definition, trial] = example.split(/^(?=\/\/ To try it)/m) as [string, string];
const line = /`(export \{ pole \} from '[^']+';)`/.exec(page)![1]!;

const copy = mkdtempSync(join(tmpdir(), 'lamo-environment-'));
const inCopy = (...path: string[]) => join(copy, ...path);

/** Copies the two packages that know environments; everything else is as it is. */
beforeAll(() => {
  for (const name of ['eval', 'cli']) {
    for (const part of ['src', 'package.json']) {
      cpSync(join(root, 'packages', name, part), inCopy(name, part), { recursive: true });
    }
    linkModules(name);
  }
  rmSync(inCopy('cli/node_modules/@lamo/eval'), { recursive: true });
  link(inCopy('eval'), inCopy('cli/node_modules/@lamo/eval'));

  // One file, and one line.
  writeFileSync(inCopy('eval/src/environments/pole.ts'), withImportsFromBeside(definition));
  writeFileSync(
    inCopy('eval/src/registry.ts'),
    `${readFileSync(inCopy('eval/src/registry.ts'), 'utf8')}${line}\n`,
  );
});

afterAll(() => {
  stopAll();
  rmSync(copy, { recursive: true });
});

function link(to: string, at: string): void {
  symlinkSync(to, at, 'junction');
}

function linkModules(name: string): void {
  const modules = join(root, 'packages', name, 'node_modules');
  for (const entry of readdirSync(modules).filter((entry) => !entry.startsWith('.'))) {
    if (!entry.startsWith('@')) mkdirSync(inCopy(name, 'node_modules'), { recursive: true });
    const packages = entry.startsWith('@')
      ? readdirSync(join(modules, entry)).map((each) => join(entry, each))
      : [entry];
    for (const each of packages) {
      mkdirSync(inCopy(name, 'node_modules', each, '..'), { recursive: true });
      link(join(modules, each), inCopy(name, 'node_modules', each));
    }
  }
}

/** What is imported of the package in a project of one's own is imported from its files inside of it. */
function withImportsFromBeside(code: string): string {
  const index = readFileSync(join(root, 'packages/eval/src/index.ts'), 'utf8');
  const files = new Map(
    [...index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/(.*)';$/gm)].flatMap(([, names = '', file]) =>
      names.split(',').map((name) => [name.replace('type ', '').trim(), file] as const),
    ),
  );
  return code.replace(/^import \{(.*)\} from '@lamo\/eval';$/gm, (_, names: string) =>
    names
      .split(',')
      .map((name) => `import {${name}} from '../${files.get(name.replace('type ', '').trim())}';`)
      .join('\n'),
  );
}

async function lamo(args: readonly string[]): Promise<Outcome> {
  return startLamo(args, copy, inCopy('cli/src/main.ts')).outcome;
}

async function lamoSucceeds(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lamo(args);
  expect(code, stderr).toBe(0);
  return stdout;
}

it('with one file and one line an environment is listed, and found where it is misspelt', async () => {
  const listed = JSON.parse(await lamoSucceeds(['list', 'environments', '--json']));
  expect(listed).toContainEqual({
    name: 'pole-v1',
    alias: 'pole',
    observations: 2,
    actions: 1,
    classes: null,
    steps: 200,
    'score 0': 31.4,
    'score 100': 200,
    collectors: ['balance', 'random'],
  });
  const { code, stderr } = await lamo(['collect', 'pole-v2', '--rows', '10']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Did you mean "pole-v1"?')]);
});

it('and collected, trained for, evaluated, scored and reported', async () => {
  await lamoSucceeds(['collect', 'Pole-v1', '--rows', '2000', '--out', 'pole.hdf5']);
  const episodes = ['--episodes', '20', '--evaluation-seed', '1', '--evaluate-every', '300'];
  const evaluation = ['--environment', 'pole-v1', ...episodes];
  const training = ['--steps', '300', '--hidden-size', '16', '--threads', '1', '--out', 'run'];
  await lamoSucceeds(['train', 'bc', '--dataset', 'pole.hdf5', ...training, ...evaluation]);
  const evaluations = readFileSync(inCopy('run/evaluations.jsonl'), 'utf8').trim().split('\n');
  const { score, returns } = JSON.parse(evaluations.at(-1)!);
  const mean = returns.reduce((sum: number, value: number) => sum + value, 0) / returns.length;
  expect(score).toBeCloseTo((100 * (mean - 31.4)) / (200 - 31.4), 9);
  // Whoever imitates the controller balances; chance has 0.
  expect(score).toBeGreaterThan(50);

  await lamoSucceeds(['report', 'run', '--out', 'report.html']);
  const report = readFileSync(inCopy('report.html'), 'utf8');
  expect(report).toContain('Scores are on lamo’s scale');
  expect(report).not.toContain('D4RL');
});

it('the example does in a program what its page says', async () => {
  writeFileSync(inCopy('cli/try.ts'), example);
  const { stdout, stderr } = await startLamo([], copy, inCopy('cli/try.ts')).outcome;
  expect(stdout.trim(), stderr).toBe(/console\.log\(.*\); \/\/ (.*)/.exec(trial)![1]);
});
