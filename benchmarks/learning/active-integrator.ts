/**
 * Which demonstrations to ask for, where the policy knows what it does not know: AMF-GP and its controls on the 2-D integrator, with all, half or two of
 * the 12 directions seen before. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/active-integrator.ts --seeds 20`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type IntegratorRun, RULES, type RuleName, runIntegrator, STUDY } from './active/integrator-run';
import { readRuns, writeRuns } from './kept-runs';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    directions: { type: 'string', default: '6,12,2' },
    only: { type: 'string', default: Object.keys(RULES).join(';') },
    results: {
      type: 'string',
      default: fileURLToPath(new URL('results/active-integrator.json', import.meta.url)),
    },
  },
});

const runs = readRuns<typeof STUDY, IntegratorRun>(options.results!, STUDY);
for (const directions of options.directions!.split(',').map(Number)) {
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    for (const rule of options.only!.split(';') as RuleName[]) {
      const isDone = (run: IntegratorRun) =>
        run.rule === rule && run.directions === directions && run.seed === seed;
      if (runs.some(isDone)) continue;
      const run = await runIntegrator(rule, directions, seed);
      runs.push(run);
      writeRuns(options.results!, { settings: STUDY, runs });
      console.log(directions, seed, rule, [0, 5, 10, 20].map((at) => run.returns[at]).join('  '));
    }
  }
}
