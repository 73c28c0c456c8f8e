/**
 * SAC, learning by acting: evaluates it every so many steps, writes a line for each evaluation, and keeps the actor of each.
 *
 * `pnpm exec tsx --conditions=@lamo/source benchmarks/learning/sac.ts --environment hopper-v4 --steps 300000 --seed 0 --out results/sac-hopper-0`
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createExperience, sac, train } from '@lamo/algos';
import { createEnvironment, evaluate, mean } from '@lamo/eval';
import { type HostArray, openDevice, type Tree, treeEntries, writeSafetensors } from '@lamo/runtime';

const { values: options } = parseArgs({
  options: {
    environment: { type: 'string', default: 'hopper-v4' },
    steps: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '0' },
    every: { type: 'string', default: '5000' },
    episodes: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    /** Ends when the mean return of an evaluation is at least this. */
    'stop-at': { type: 'string', default: 'Infinity' },
    /** Settings of SAC, as JSON. */
    config: { type: 'string', default: '{}' },
    out: { type: 'string' },
  },
});

const { environment: id, out = `sac-${options.environment}-${options.seed}` } = options;
mkdirSync(out, { recursive: true });
const device = await openDevice('cpu', { threads: Number(options.threads) });
const environment = await createEnvironment(id);
const experience = createExperience({ environment });
const run = await train(sac, experience, {
  steps: Number(options.steps),
  seed: Number(options.seed),
  config: JSON.parse(options.config),
  device,
  every: Number(options.every),
});
const started = performance.now();
const policy = await run.result();
for await (const { step, metrics } of run) {
  const state = await run.state();
  await policy.load(state);
  const returns: number[] = [];
  for await (const episode of evaluate(policy, id, { episodes: Number(options.episodes), seed: step }))
    returns.push(episode.return);
  const { actor } = state as Readonly<Record<string, Tree<HostArray>>>;
  writeSafetensors(join(out, `actor-${step}.safetensors`), {
    tensors: new Map(treeEntries<HostArray>(actor!)),
    metadata: { environment: id, step: String(step) },
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  const record = { step, rows: experience.replay.size, seconds, return: mean(returns), returns, metrics };
  appendFileSync(join(out, 'evaluations.jsonl'), `${JSON.stringify(record)}\n`);
  console.log(`${id} seed ${options.seed}: ${step} steps, ${seconds} s, return ${mean(returns).toFixed(1)}`);
  if (mean(returns) >= Number(options['stop-at'])) break;
}
await policy.dispose();
await run.dispose();
environment.dispose();
