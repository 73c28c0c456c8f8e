import { readFileSync } from 'node:fs';
import { mean, standardDeviation } from '@lamo/eval';
import { lineChart } from '../../packages/cli/src/report/line-chart';
import { STYLE } from '../../packages/cli/src/report/style';
import { VARIANTS } from './few-data/variants';

/** What `few-data.ts` writes. */
export interface FewDataResults {
  readonly steps: number;
  /** Score of the policy that wrote the data. */
  readonly behaviourScore: number;
  readonly runs: readonly FewDataRun[];
}

interface FewDataRun {
  readonly variant: string;
  readonly ratio: number;
  readonly seed: number;
  /** One for each step and target. */
  readonly evaluations: readonly {
    readonly step: number;
    /** null for algorithms that follow none. */
    readonly targetReturn: number | null;
    readonly score: number;
  }[];
}

const RESULTS = new URL('results/few-data-hopper-medium-sac.json', import.meta.url);

const read = () => JSON.parse(readFileSync(RESULTS, 'utf8')) as FewDataResults;

/** Pages of docs/generated, by name. */
export const fewDataPages: Readonly<Record<string, () => string>> = {
  'few-data.md': () => fewDataTable(read()),
  'few-data-1.svg': () => fewDataChart(read(), 1),
  'few-data-0.1.svg': () => fewDataChart(read(), 0.1),
};

/**
 * Writes the scores as a table: for each variant and share of the data the mean over seeds and over the evaluations of the last
 * half of the training, ± the deviation between seeds, for the better target.
 */
export function fewDataTable(results: FewDataResults): string {
  const ratios = valuesOf(results, 'ratio');
  const head = [
    'policy',
    ...ratios.flatMap((ratio) => [`${100 * ratio} % of the data`, 'at the end', 'best seen']),
  ];
  const rows = variantsOf(results).map((variant) => [
    VARIANTS[variant]!.title,
    ...ratios.flatMap((ratio) => describe(results, variant, ratio)),
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** Draws the mean score over steps for one share of the data, with the single runs behind. */
export function fewDataChart(results: FewDataResults, ratio: number): string {
  const series = variantsOf(results).map((variant, colour) => {
    const runs = runsOf(results, variant, ratio).map((run) =>
      curveOf(run, betterTarget(results, variant, ratio)),
    );
    const steps = runs[0]!.map(({ x }) => x);
    const points = steps.map((x, i) => ({ x, y: mean(runs.map((run) => run[i]!.y)) }));
    return { label: VARIANTS[variant]!.title, colour, points, runs };
  });
  const chart = lineChart({
    title: `Score over gradient steps on ${100 * ratio} % of the data`,
    xLabel: 'gradient steps',
    series,
    references: [{ y: results.behaviourScore, label: 'the data' }],
    dots: true,
    size: { width: 720, height: 340 },
  });
  const legend = series
    .map(
      ({ label, colour }, i) =>
        `<text x="${58 + i * 150}" y="-6" style="font-size:13px;fill:var(--c${colour})">● ${label}</text>`,
    )
    .join('');
  // Room for the legend above, and the colours of a report: a page shows the file as an image.
  const background = '<rect y="-24" width="100%" height="100%" fill="var(--page)"/>';
  const svg = chart.markup
    .replace('viewBox="0 0 720 340"', 'viewBox="0 -24 720 364" xmlns="http://www.w3.org/2000/svg"')
    .replace(
      '>',
      `><style>${STYLE} text { font-family: system-ui, sans-serif; }</style>${background}${legend}`,
    );
  return `${svg}\n`;
}

function describe(results: FewDataResults, variant: string, ratio: number): string[] {
  const runs = runsOf(results, variant, ratio);
  const target = betterTarget(results, variant, ratio);
  const late = runs.map((run) => lateScore(run, target));
  const last = runs.map((run) => curveOf(run, target).at(-1)!.y);
  const best = Math.max(...runs.flatMap(({ evaluations }) => evaluations.map(({ score }) => score)));
  const spread = runs.length > 1 ? ` ± ${standardDeviation(late).toFixed(1)}` : '';
  return [
    `${mean(late).toFixed(1)}${spread}`,
    last.map((score) => score.toFixed(0)).join(', '),
    best.toFixed(0),
  ];
}

/** The target whose scores in the last half of the training are better on average over seeds. */
function betterTarget(results: FewDataResults, variant: string, ratio: number): number | null {
  const runs = runsOf(results, variant, ratio);
  const targets = [
    ...new Set(runs.flatMap(({ evaluations }) => evaluations.map((each) => each.targetReturn))),
  ];
  const scoreOf = (target: number | null) => mean(runs.map((run) => lateScore(run, target)));
  return targets.sort((a, b) => scoreOf(b) - scoreOf(a))[0] ?? null;
}

function lateScore(run: FewDataRun, target: number | null): number {
  const curve = curveOf(run, target);
  const half = curve.at(-1)!.x / 2;
  return mean(curve.flatMap(({ x, y }) => (x > half ? [y] : [])));
}

function curveOf({ evaluations }: FewDataRun, target: number | null): { x: number; y: number }[] {
  const own = evaluations.filter(({ targetReturn }) => targetReturn === target);
  return own.map(({ step, score }) => ({ x: step, y: score }));
}

function runsOf({ runs }: FewDataResults, variant: string, ratio: number): FewDataRun[] {
  return runs.filter((run) => run.variant === variant && run.ratio === ratio);
}

/** Those that were run, in the order of the study. */
function variantsOf({ runs }: FewDataResults): string[] {
  return Object.keys(VARIANTS).filter((variant) => runs.some((run) => run.variant === variant));
}

function valuesOf({ runs }: FewDataResults, key: 'ratio'): number[] {
  return [...new Set(runs.map((run) => run[key]))].sort((a, b) => b - a);
}
