import { readFileSync } from 'node:fs';
import { defineConfig, mergeConfig } from 'vitest/config';
import { root } from '../../scripts/run-command.mjs';
import base from '../../vitest.config';
import { applyMutant, type Mutant } from './mutant';

// The one mutant of this run: its file is read with the fault in it, and no file is ever written.
const mutant: Mutant | null = JSON.parse(process.env.LAMO_MUTANT ?? 'null');

export default mergeConfig(
  base,
  defineConfig({
    root,
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        load(id) {
          if (mutant === null || id !== `${root}${mutant.file}`) return;
          return applyMutant(mutant, readFileSync(id, 'utf8'));
        },
      },
    ],
  }),
);
