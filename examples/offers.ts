/** Which of three offers to show: a policy from a shop's log, and by the log alone how much more it would sell. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iql, loadJudgedPolicy, loggedBehaviour, policyDensities, prepareLog, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { readLog } from '@lamo/data';
import { estimateFromLog } from '@lamo/eval';

const steps = Number(process.argv[2] ?? 2000);
const folder = mkdtempSync(join(tmpdir(), 'lamo-offers-'));

// Each visitor was shown an offer that was drawn at random, cake most often. Nobody told the shop that tea sells in the rain.
const OFFERS = ['cake', 'ice', 'tea'];
const SHOWN = [0.6, 0.2, 0.2];
const SELLS: Record<string, number[]> = {
  rain: [0.2, 0.05, 0.6],
  snow: [0.5, 0.05, 0.3],
  sun: [0.2, 0.7, 0.1],
};
const rng = Rng.fromSeed(0);
const rows = Array.from({ length: 3000 }, () => {
  const weather = Object.keys(SELLS)[rng.integer(3)]!;
  const offer = rng.integer(5) < 3 ? 0 : 1 + rng.integer(2);
  const sold = rng.uniform() < SELLS[weather]![offer]!;
  return [weather, rng.uniform(8, 20).toFixed(1), OFFERS[offer], sold, SHOWN[offer]].join();
});
writeFileSync(join(folder, 'visits.csv'), ['weather,hour,offer,sold,p', ...rows].join('\n'));

// Texts become columns of their own, and offers classes with names. Each row is a decision that changes nothing of the next.
const columns = { observation: ['weather', 'hour'], action: ['offer'], reward: 'sold', probability: 'p' };
const { dataset } = await readLog(join(folder, 'visits.csv'), { columns, oneStep: true });
const config = { hiddenSize: 32, batchSize: 64, inverseTemperature: 10, learningRate: 1e-3 };
const run = await train(iql, dataset, { steps, config, heldOut: 0.2, every: 100 });
for await (const _ of run);
await run.save(folder); // as policy.onnx

const policy = await run.result();
policy.reset(3);
const noon = Object.keys(SELLS).flatMap((_, i) => [i === 0, i === 1, i === 2, 12].map(Number));
const chosen = await policy.act(Float32Array.from(noon), new Float32Array(3));
for (const [i, weather] of Object.keys(SELLS).entries()) console.log(`${weather}: ${OFFERS[chosen[i]!]}`);

// Visitors who happened to be shown what the policy would have shown tell what it is worth.
const log = prepareLog(dataset);
const behaviour = loggedBehaviour(log)!;
const judged = await loadJudgedPolicy(log.spec, { policy: folder });
const densities = {
  behaviour: behaviour.logDensities,
  policy: (await policyDensities(log, judged, behaviour)).logDensities,
};
const { episodeEnds, rewards } = dataset;
const [estimate] = estimateFromLog({ episodeEnds, rewards, discount: 1, densities }, ['wis']);
const { value, interval, logged, verdict } = estimate!;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
console.log(
  `sells to ${percent(value!)} (${percent(interval!.low)} to ${percent(interval!.high)}), the shop to ${percent(logged)}: ${verdict}`,
);
await policy.dispose();
await run.dispose();
