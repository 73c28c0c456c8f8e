import { existsSync, readFileSync } from 'node:fs';
import type { KeptRuns } from './kept-runs';
import { markdownTable } from './markdown-table';
import { meanWithInterval } from './mean-with-interval';
import { LEARNERS, type PermutationRun, TEMPERATURES } from './permutations/learners';

const RESULTS = new URL('results/permutations.json', import.meta.url);

/** Pages of docs/generated, by name: none before there is a result. */
export const permutationPages: Readonly<Record<string, () => string>> = existsSync(RESULTS)
  ? { 'permutations.md': () => permutationsPage(JSON.parse(readFileSync(RESULTS, 'utf8'))) }
  : {};

type Results = KeptRuns<{ readonly steps: number }, PermutationRun>;

/** Writes the page: a line for each learner, and a frontier of right against different answers. */
export function permutationsPage({ settings, runs }: Results): string {
  const frontiers =
    '## Frontiers\n\nThe share of samples that are right; how many different right answers are among 20. A learner is better where it has more of both.';
  return `${[head(settings.steps), summary(runs), frontiers, frontier(runs)].join('\n\n')}\n`;
}

function summary(runs: readonly PermutationRun[]): string {
  const rows = byLearner(runs).map(([title, own]) => {
    const warm = own.map((run) => at(run, 1));
    return [
      title,
      meanWithInterval(
        own.map(({ heldOutLoss }) => heldOutLoss),
        2,
      ),
      meanWithInterval(
        warm.map(({ valid }) => valid),
        2,
      ),
      meanWithInterval(
        warm.map(({ selfBleu }) => selfBleu),
        1,
      ),
      meanWithInterval(
        warm.map(({ entropy }) => entropy),
        2,
      ),
      String(own.length),
    ];
  });
  return markdownTable(['', 'held-out loss', 'right', 'Self-BLEU', 'entropy', 'seeds'], rows);
}

function frontier(runs: readonly PermutationRun[]): string {
  const rows = byLearner(runs).map(([title, own]) => [
    title,
    ...TEMPERATURES.map((temperature) => {
      const points = own.map((run) => at(run, temperature));
      const valid = points.map((point) => point.valid);
      const different = points.map((point) => point.distinct);
      return `${meanWithInterval(valid, 2)}; ${meanWithInterval(different, 1)}`;
    }),
  ]);
  return markdownTable(['temperature', ...TEMPERATURES.map(String)], rows);
}

function byLearner(runs: readonly PermutationRun[]): (readonly [title: string, PermutationRun[]])[] {
  return Object.entries(LEARNERS)
    .map(([name, { title }]) => [title, runs.filter((run) => run.name === name)] as const)
    .filter(([, own]) => own.length > 0);
}

function at(run: PermutationRun, temperature: number) {
  return run.frontier.find((point) => point.temperature === temperature)!;
}

const head = (steps: number) => `# Few examples with many right answers

Four letters are to be given back in any order; three of the 24 right answers are seen for each of 100 prompts, in ${steps.toLocaleString('en-US')} steps of 32 examples, by a
GPT-2 of 2 blocks and width 64 that starts from random weights. Twenty answers are sampled to each of 60 other prompts. In the first table the temperature is 1; Self-BLEU is of ten
samples, up to 3 letters, with one added to the counts above one letter (the lower, the more diverse). Means over seeds with 95 % intervals (percentile bootstrap over
seeds). All of it: [benchmarks/learning/results/permutations.json](../../benchmarks/learning/results/permutations.json). \`pnpm run docs\` writes this page.`;
