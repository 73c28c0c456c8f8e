import { formatNumber, formatNumberOf, formatSignificant, formatTable } from '../terminal/format';
import type { JudgedTexts } from './judge-model';
import type { AskedTexts, TextsRecord } from './text-records';

/** How good and how different texts are, at a temperature. */
export type TextsAtTemperature = Pick<TextsRecord, keyof JudgedTexts | 'temperature'>;

type Column = readonly [head: string, cell: (texts: TextsAtTemperature) => string];

/** Sums up judged texts: a row for each temperature. */
export function describeJudged(
  judged: readonly TextsAtTemperature[],
  { prompts, samples, n, unit, scoredBy }: AskedTexts,
): string {
  const share = (value: number) => value.toFixed(3);
  const scores: Column[] = scoredBy === null ? [] : [['score', ({ score }) => formatSignificant(score!)]];
  const columns: Column[] = [
    ['temperature', ({ temperature }) => String(temperature)],
    ...scores,
    ['exact', ({ exact }) => share(exact)],
    [`BLEU-${n}`, ({ bleu }) => formatNumber(bleu, 1)],
    ['ROUGE-L', ({ rougeL }) => share(rougeL)],
    ['Self-\nBLEU', ({ selfBleu }) => (selfBleu === null ? '–' : formatNumber(selfBleu, 1))],
    ['different', ({ different }) => formatNumber(different, 1)],
    ['entropy', ({ entropy }) => share(entropy)],
    ['ended', ({ ended }) => share(ended)],
  ];
  const rows = judged.map((texts) => columns.map(([, cell]) => cell(texts)));
  const what = `${formatNumberOf(samples, 'text')} for each of ${formatNumberOf(prompts, 'prompt')}; n-grams of ${unit}, BLEU smoothed by adding one`;
  return [formatTable([columns.map(([head]) => head), ...rows]), what].join('\n');
}
