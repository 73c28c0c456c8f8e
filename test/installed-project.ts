import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateText, loadGpt2, loadTokenizer, nanoModelFolder } from '@lamo/models';
import ts from 'typescript';
import { expect } from 'vitest';
import { root, runCommand } from '../scripts/run-command.mjs';

/** Names of our packages, without `@lamo/`. */
export const packageNames = readdirSync(join(root, 'packages'));

/** Two steps with the language loss, on three made-up episodes: weights and tokenizer of the nano model are both read. */
const TRAIN_LAMO = `
import { writeFileSync } from 'node:fs';
import { lamo, train } from '@lamo/algos';
import { createDataset } from '@lamo/data';
import { nanoModelFolder } from '@lamo/models';

Object.assign(process.env, { HF_HUB_OFFLINE: '1', XDG_CACHE_HOME: 'cache' });
writeFileSync('text.txt', 'Some words, and some more of them.\\n'.repeat(20));
console.log(nanoModelFolder());
const rows = Array.from({ length: 12 }, (_, row) => row);
const dataset = createDataset({
  name: 'made-up',
  observations: rows.map((row) => [row / 12, row % 4]),
  actions: rows.map((row) => [(row % 3) - 1]),
  rewards: rows,
  terminated: rows.map((row) => row % 4 === 3),
  truncated: rows.map(() => false),
});
const text = { textWeight: 0.1, text: 'text.txt', textLength: 16, textBatchSize: 1 };
const run = await train(lamo, dataset, { steps: 2, config: { contextLength: 2, batchSize: 4, ...text } });
for await (const { metrics } of run) console.log(metrics.actionLoss + metrics.textLoss);
`;

/** Everything that the packages export, so that all of their types are read. */
const CONSUMER = `
import * as algos from '@lamo/algos';
import * as testing from '@lamo/algos/testing';
import * as cli from '@lamo/cli';
import * as core from '@lamo/core';
import * as data from '@lamo/data';
import * as evaluation from '@lamo/eval';
import * as models from '@lamo/models';
import * as runtime from '@lamo/runtime';

export const all = [algos, testing, cli, core, data, evaluation, models, runtime];
`;

/** False for declarations that import nothing but each other. Checking them takes most of the time, and once is enough. */
export const dependsOnResolution = (path: string) => !/\/(zod|@types\/node|undici-types)\//.test(path);

/** Makes a folder that packages can be installed in. */
export function startProject(project: string): void {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
}

/** Puts a package of ours into a project, instead of installing it. */
export function link(name: string, project: string): void {
  const path = join(project, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(realpathSync(join(root, 'node_modules', name)), path, 'junction');
}

/** Trains LaMo on the nano model in a project where our packages are installed. */
export async function trainLamo(project: string): Promise<void> {
  writeFileSync(join(project, 'train.mjs'), TRAIN_LAMO);
  const printed = await succeed([process.execPath, 'train.mjs'], project);
  const [nano, ...losses] = printed.trim().split('\n');
  const models = realpathSync(join(project, 'node_modules', '@lamo', 'models'));
  expect(nano).toBe(join(models, 'assets', 'nano-gutenberg'));
  expect(losses.map(Number).filter(Number.isFinite)).toHaveLength(2);
}

/** Generates text in such a project, and compares it with what the sources write. @param lamo how the command is called there */
export async function writeText(lamo: readonly string[], project: string): Promise<void> {
  const flags = ['--prompt', 'The game was', '--tokens', '12', '--seed', '3', '--json'];
  const printed = await succeed([...lamo, 'generate', 'nano', ...flags], project);
  const [model, tokenizer] = [await loadGpt2(nanoModelFolder()), await loadTokenizer(nanoModelFolder())];
  const completion = await generateText(model, tokenizer, { prompt: 'The game was', tokens: 12, seed: 3 });
  expect(completion.length).toBeGreaterThan(10);
  expect(JSON.parse(printed.slice(printed.indexOf('{')))).toMatchObject({ completion });
}

/** Compiles a program that imports everything, in a strict project of its own. @param isChecked which of the files that it reaches */
export function compileConsumer(
  project: string,
  resolution: { readonly module: string; readonly moduleResolution: string },
  isChecked: (path: string) => boolean,
): void {
  link('@types/node', project);
  writeFileSync(join(project, 'consumer.mts'), CONSUMER);
  const compilerOptions = {
    ...resolution,
    strict: true,
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    target: 'es2022',
    noEmit: true,
  };
  const config = { compilerOptions, files: ['consumer.mts'] };
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    project,
    {},
    join(project, 'tsconfig.json'),
  );
  const program = ts.createProgram(fileNames, options);
  const files = program.getSourceFiles().filter(({ fileName }) => isChecked(fileName));
  expect(files.filter(({ fileName }) => /@lamo\/\w+\/dist\//.test(fileName)).length).toBeGreaterThan(
    packageNames.length,
  );
  const diagnostics = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
  const host = { getCurrentDirectory: () => project, getCanonicalFileName: String, getNewLine: () => '\n' };
  expect(ts.formatDiagnostics(diagnostics, host)).toBe('');
}

/** Runs a program. @throws Error with what it printed if it fails */
export async function succeed(command: readonly string[], cwd?: string): Promise<string> {
  const { ok, output } = await runCommand(command, cwd);
  if (!ok) throw new Error(`${command.join(' ')} failed:\n${output}`);
  return output;
}
