/**
 * All algorithms on transitions, and PyTorch counterparts of some, on real tasks: several seeds each, every run in a process
 * of its own with one thread. A run writes its result after each evaluation; one that was stopped goes on, one that is
 * finished is left alone, so this can be stopped and started again.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/baselines.ts`
 */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeFolder } from '@lamo/core';
import { python, startPython } from '../../test/python-server';
import { type Entrant, findEntrant, findEntrants } from './baselines/entrants';
import { type Job, resultPath } from './baselines/job';
import { isFinished, readRecord } from './baselines/record';
import { findTask, type Task, tasks } from './baselines/tasks';

const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string', default: tasks.map(({ name }) => name).join(',') },
    only: { type: 'string' },
    seeds: { type: 'string', default: '0,1,2' },
    steps: { type: 'string' },
    episodes: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    work: { type: 'string', default: 'runs/baselines' },
    out: { type: 'string', default: fileURLToPath(new URL('results/baselines', import.meta.url)) },
  },
});

const work = resolve(options.work!);
makeFolder(work);
const queue = await planJobs();
const failed: string[] = [];
await Promise.all(
  Array.from({ length: Number(options.parallel) }, async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const name = `${job.task.name}/${job.entrant.name}-${job.seed}`;
      console.log(`${new Date().toISOString()} ${name}: ${job.steps} steps, ${queue.length} runs after it`);
      if (!(await run(job))) failed.push(name);
    }
  }),
);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}. What went wrong is above; started again, this goes on.`);
  process.exitCode = 1;
}

/** Whatever is not finished: first one seed of everything, then the next. */
async function planJobs(): Promise<Job[]> {
  const entrants = await chooseEntrants();
  const chosen = await findFiles(options.tasks!.split(',').map(findTask));
  return options.seeds!.split(',').flatMap((seed) =>
    chosen.flatMap(([task, file]) =>
      entrants.flatMap((entrant) => {
        const job = plan(task, entrant, file, Number(seed));
        return isDone(job) ? [] : [job];
      }),
    ),
  );
}

async function chooseEntrants(): Promise<Entrant[]> {
  const all = options.only === undefined ? findEntrants() : options.only.split(',').map(findEntrant);
  const torch = all.some((entrant) => entrant.isCounterpart)
    ? await startPython(new URL('../pytorch/serve.py', import.meta.url))
    : undefined;
  torch?.close();
  const able = all.filter((entrant) => !entrant.isCounterpart || torch !== undefined);
  if (able.length < all.length) {
    console.log(`Without PyTorch: ${python} has no torch (LAMO_BENCH_PYTHON names another interpreter).`);
  }
  return able;
}

async function findFiles(wanted: readonly Task[]): Promise<[Task, string][]> {
  const found: [Task, string][] = [];
  for (const task of wanted) {
    const file = await task.file(work);
    if (file === undefined) console.log(`Without ${task.name}: its file is not here.`);
    else found.push([task, file]);
  }
  return found;
}

function plan(task: Task, entrant: Entrant, file: string, seed: number): Job {
  const steps = Number(options.steps ?? entrant.steps);
  return {
    task,
    entrant,
    seed,
    steps,
    episodes: Number(options.episodes ?? task.episodes),
    file,
    folder: join(work, task.name, `${entrant.name}-${seed}-${steps}`),
    result: resultPath(resolve(options.out!), task.name, entrant.name, seed),
  };
}

/** Tells whether there is a whole result. One with another number of steps is too precious to be replaced. */
function isDone({ result, steps }: Job): boolean {
  const record = readRecord(result);
  if (record === undefined) return false;
  if (record.steps === steps) return isFinished(record);
  throw new Error(
    `${result} is of ${record.steps} steps, not ${steps}: move it away, or choose another --out`,
  );
}

/** Makes a run in a process of its own, under the same loader as this one; false if it failed. */
function run({ task, entrant, ...rest }: Job): Promise<boolean> {
  const script = fileURLToPath(new URL('baselines/run-job.ts', import.meta.url));
  const job = JSON.stringify({ ...rest, task: task.name, entrant: entrant.name });
  const environment = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const child = spawn(process.execPath, [...process.execArgv, script, job], {
    stdio: 'inherit',
    env: environment,
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)));
}
