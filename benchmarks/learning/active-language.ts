/**
 * Which examples to have annotated, where the policy is a language model: a small GPT-2 has learned every other one of eight tasks on letters, and a rule says
 * which task to have examples of solved next. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/active-language.ts --seeds 0,1,2,3`; `--only amf` for one of its arms
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type LanguageRun, type LanguageStart, runLanguage, startLanguage } from './active/language-run';
import { BEFORE, LANGUAGE_ARMS, LANGUAGE_STUDY, nameOfArm } from './active/language-study';
import { readRuns, writeRuns } from './kept-runs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2,3' },
    only: { type: 'string' },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/active-language.json', import.meta.url)),
    },
  },
});

const runs = readRuns<typeof LANGUAGE_STUDY, LanguageRun>(options.results!, LANGUAGE_STUDY);
for (const seed of options.seeds!.split(',').map(Number)) {
  let start: LanguageStart | undefined;
  for (const arm of LANGUAGE_ARMS) {
    const name = nameOfArm(arm);
    if (options.only !== undefined && options.only !== name) continue;
    if (runs.some((run) => nameOfArm(run) === name && run.seed === seed)) continue;
    start ??= await startLanguage(LANGUAGE_STUDY, BEFORE, seed);
    const run = await runLanguage(LANGUAGE_STUDY, start, arm);
    runs.push(run);
    writeRuns(options.results!, { settings: LANGUAGE_STUDY, runs });
    console.log(seed, name, '|', run.solved.join(' '), '|', run.asked.join(' '));
  }
}
