import { existsSync, readFileSync } from 'node:fs';
import { markdownTable } from './markdown-table';
import { meanWithInterval } from './mean-with-interval';
import { COMPARED, type CountRun, LOOKS, PER_PROMPT } from './permutations/example-counts';
import { LEARNERS } from './permutations/learners';

const RESULTS = new URL('results/example-counts.json', import.meta.url);

/** Pages of docs/generated, by name: none before there is a result. */
export const exampleCountPages: Readonly<Record<string, () => string>> = existsSync(RESULTS)
  ? { 'example-counts.md': () => exampleCountsPage(JSON.parse(readFileSync(RESULTS, 'utf8')).runs) }
  : {};

/** Writes the page: for each number of examples, curves of the held-out loss, and of right answers. */
export function exampleCountsPage(runs: readonly CountRun[]): string {
  const parts = PER_PROMPT.map((perPrompt) => runs.filter((run) => run.perPrompt === perPrompt))
    .filter((own) => own.length > 0)
    .flatMap((own) => [
      `## ${own[0]!.examples.toLocaleString('en-US')} examples`,
      'Held-out loss',
      curves(own, (point) =>
        meanWithInterval(
          point.map(({ heldOutLoss }) => heldOutLoss),
          2,
        ),
      ),
      'Right of 10 samples; different right ones among them',
      curves(
        own,
        (point) =>
          `${meanWithInterval(
            point.map(({ valid }) => valid),
            2,
          )}; ${meanWithInterval(
            point.map(({ distinct }) => distinct),
            1,
          )}`,
      ),
    ]);
  return `${[HEAD, ...parts].join('\n\n')}\n`;
}

type Point = CountRun['curve'][number];

function curves(runs: readonly CountRun[], word: (points: readonly Point[]) => string): string {
  const rows = COMPARED.filter((name) => runs.some((run) => run.name === name)).map((name) => {
    const own = runs.filter((run) => run.name === name);
    const cells = LOOKS.map((step) =>
      word(own.map(({ curve }) => curve.find((look) => look.step === step)!)),
    );
    return [LEARNERS[name]!.title, ...cells, String(own.length)];
  });
  return markdownTable(['steps', ...LOOKS.map((step) => step.toLocaleString('en-US')), 'seeds'], rows);
}

const HEAD = `# Few, more and many examples

The task of [permutations](permutations.md) with 2, 7 and 20 right answers to each of 150 prompts, drawn with replacement, in steps of 32 examples: what a model comes to while it
trains. The loss is that of right answers to 60 prompts that were not seen, in nats per token; the temperature is 1. Means over seeds with 95 % intervals (percentile
bootstrap over seeds). All of it: [benchmarks/learning/results/example-counts.json](../../benchmarks/learning/results/example-counts.json). \`pnpm run docs\` writes this page.`;
