/**
 * Which demonstrations to ask for, where the policy is a network, and what an adaptive prior keeps of it: AMF-NN, its controls, and two rules of ours, on a
 * task set with an expert. Finished runs are kept, so it can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/active-tasks.ts --set swirl --seeds 20`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTasks, type TasksRun } from './active/tasks-run';
import { STUDIES } from './active/tasks-studies';
import { findNamed } from './find-named';
import { readRuns, writeRuns } from './kept-runs';

const { values: options } = parseArgs({
  options: {
    set: { type: 'string', default: 'swirl' },
    seeds: { type: 'string', default: '20' },
    results: { type: 'string' },
  },
});

const { study, arms } = findNamed('set', STUDIES, options.set!);
const path = options.results ?? fileURLToPath(new URL(`results/active-${options.set}.json`, import.meta.url));
const runs = readRuns<typeof study, TasksRun>(path, study);
for (let seed = 0; seed < Number(options.seeds); seed++) {
  for (const arm of arms) {
    const settings = { ...arm, seed };
    const isDone = (run: TasksRun) =>
      run.rule === arm.rule &&
      run.beta === arm.beta &&
      run.before.join() === arm.before.join() &&
      run.seed === seed;
    if (runs.some(isDone)) continue;
    const run = await runTasks(study, settings);
    runs.push(run);
    writeRuns(path, { settings: study, runs });
    console.log(seed, arm.rule, arm.beta, arm.before.join(), '|', run.successes.join(' '));
  }
}
