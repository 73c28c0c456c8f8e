import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { activePages } from '../benchmarks/learning/active-page';
import { baselinePages } from '../benchmarks/learning/baselines-page';
import { estimatorPages } from '../benchmarks/learning/estimators-page';
import { fewDataPages } from '../benchmarks/learning/few-data-page';
import { permutationPages } from '../benchmarks/learning/permutations-page';
import { root } from '../scripts/run-command.mjs';

const read = (...path: string[]) => readFileSync(join(root, 'docs', ...path), 'utf8');

it.each(
  Object.entries({
    ...activePages,
    ...fewDataPages,
    ...permutationPages,
    ...baselinePages,
    ...estimatorPages,
  }),
)('%s is what the results say now: pnpm run docs writes it anew', (name, write) => {
  expect(read('generated', name)).toBe(write());
});
