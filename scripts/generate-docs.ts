// Writes what is generated from the code and from measured results. Tests fail if it is out of date.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { activePages } from '../benchmarks/learning/active-page';
import { baselinePages } from '../benchmarks/learning/baselines-page';
import { estimatorPages } from '../benchmarks/learning/estimators-page';
import { exampleCountPages } from '../benchmarks/learning/example-counts-page';
import { fewDataPages } from '../benchmarks/learning/few-data-page';
import { permutationPages } from '../benchmarks/learning/permutations-page';
import { settingsPage } from '../packages/algos/test/settings-page';
import { catalogueFile } from '../packages/cli/test/collect-catalogue';
import { kernelTable } from '../packages/runtime/test/kernels/kernel-table';
import { GOLDEN_FOLDER, goldenPrograms } from '../test/golden-programs';
import { root } from './run-command.mjs';

const files: Readonly<Record<string, () => string | Promise<string>>> = {
  'packages/cli/src/generated/catalogue.json': catalogueFile,
  'docs/generated/settings.md': settingsPage,
  'docs/generated/kernels.md': kernelTable,
  ...inFolder('docs/generated', fewDataPages),
  ...inFolder('docs/generated', permutationPages),
  ...inFolder('docs/generated', exampleCountPages),
  ...inFolder('docs/generated', baselinePages),
  ...inFolder('docs/generated', estimatorPages),
  ...inFolder('docs/generated', activePages),
  ...inFolder(GOLDEN_FOLDER, goldenPrograms),
};

for (const [file, write] of Object.entries(files)) {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await write());
  console.log(file);
}

function inFolder<Write>(folder: string, pages: Readonly<Record<string, Write>>): Record<string, Write> {
  return Object.fromEntries(Object.entries(pages).map(([name, write]) => [`${folder}/${name}`, write]));
}
