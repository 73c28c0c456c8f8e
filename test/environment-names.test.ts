import { relative } from 'node:path';

import ts from 'typescript';
import { expect, test } from 'vitest';
import { environments } from '../packages/eval/src/find-environment';
import * as families from '../packages/eval/src/registry';
import { root } from '../scripts/run-command.mjs';
import { readWorkspace } from './workspace';

/** Where environments are defined, and sets of tasks in them; and the table of D4RL's reference returns. */
const DEFINED = /^packages\/eval\/src\/(environments\/|task-sets\/sets\/|d4rl-returns\.ts$)/;

/** Examples in help and in errors, a default of a flag, what the quickstart plays, and data sets that have names of environments in theirs. */
const EXAMPLES = [
  'packages/cli/src/commands/collect.ts',
  'packages/cli/src/commands/data.ts',
  'packages/cli/src/commands/inspect.ts',
  'packages/cli/src/quickstart/recipe.ts',
  'packages/data/src/sets/download-set.ts',
  'packages/data/src/sets/known-sets.ts',
];

const names = [...Object.keys(families), ...[...environments.values()].map(({ name }) => name)];
/** As words: `ant` is part of many others. */
const named = new RegExp(`(?<![a-z])(${names.join('|')})(?![a-z])`, 'i');

test('no source but an environment’s own asks for its name', () => {
  const sources = ['core', 'data', 'eval', 'cli'].flatMap(
    (name) => readWorkspace(`packages/${name}`).sources,
  );
  const naming = sources
    .filter(
      ({ path, text, isTest }) =>
        !isTest && path.includes('/src/') && literalsOf(text).some((literal) => named.test(literal)),
    )
    .map(({ path }) => relative(root, path).replaceAll('\\', '/'));
  expect(naming.filter((path) => !DEFINED.test(path)).sort()).toEqual(EXAMPLES);
  expect(naming.some((path) => DEFINED.test(path))).toBe(true);
});

/** Texts and regular expressions of a source; neither comments nor imports. */
function literalsOf(text: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isLiteralExpression(node) || ts.isTemplateExpression(node)) literals.push(node.getText(file));
    ts.forEachChild(node, visit);
  };
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  visit(file);
  return literals;
}
