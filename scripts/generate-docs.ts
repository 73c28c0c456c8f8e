// Writes what is in docs/generated from the code and from measured results. Tests fail if a page is out of date.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { baselinePages } from '../benchmarks/learning/baselines-page';
import { fewDataPages } from '../benchmarks/learning/few-data-page';
import { settingsPage } from '../packages/algos/test/settings-page';
import { kernelTable } from '../packages/runtime/test/kernels/kernel-table';
import { root } from './run-command.mjs';

const pages: Readonly<Record<string, () => string>> = {
  'settings.md': settingsPage,
  'kernels.md': kernelTable,
  ...fewDataPages,
  ...baselinePages,
};

for (const [name, write] of Object.entries(pages)) {
  const path = join(root, 'docs', 'generated', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, write());
  console.log(`docs/generated/${name}`);
}
