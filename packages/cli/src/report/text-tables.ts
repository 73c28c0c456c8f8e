import { mean } from '@lamo/eval';
import type { JudgedTexts } from '../language/judge-model';
import type { AskedTexts, TextsRecord } from '../language/text-records';
import { groupBy, type RunGroup } from './run-group';
import { linesAt, sharedSteps } from './shared-steps';

/** Texts that were asked for and compared in the same way: their figures can be set beside one another. */
export interface TextTable {
  readonly asked: AskedTexts;
  /** At least one. */
  readonly results: readonly TextResult[];
}

/** How good and how different the texts of a group's models are. */
export interface TextResult {
  readonly group: RunGroup;
  /** The last step at which all runs were judged that were. */
  readonly step: number;
  /** Runs that were judged. */
  readonly seeds: number;
  /** By temperature, ascending: those at which all these runs were judged. */
  readonly points: readonly TextPoint[];
}

/** Means over runs, at a temperature. */
export interface TextPoint extends JudgedTexts {
  readonly temperature: number;
}

/** Sums up the texts of all groups, a table for each way of asking. */
export function textTables(groups: readonly RunGroup[]): TextTable[] {
  const judged = groups.flatMap(({ runs }) => runs.flatMap(({ texts }) => texts));
  return groupBy(judged, wayOf)
    .map(([first]) => ({
      asked: first!,
      results: groups.flatMap((group) => resultOf(group, wayOf(first!)) ?? []),
    }))
    .filter(({ results }) => results.length > 0);
}

/** Equal for texts that can be compared. Files may be moved; their contents are hashed. */
function wayOf({
  data,
  samples,
  tokens,
  topK,
  topP,
  advantageWeight,
  unit,
  n,
  scoredBy,
}: AskedTexts): string {
  return JSON.stringify([data, samples, tokens, topK, topP, advantageWeight, unit, n, scoredBy?.hash]);
}

function resultOf(group: RunGroup, way: string): TextResult | undefined {
  // Judged again, the last time counts.
  const own = group.runs
    .map(({ texts }) => texts.filter((texts) => wayOf(texts) === way).toReversed())
    .filter((texts) => texts.length > 0);
  const step = sharedSteps(own).at(-1);
  if (step === undefined) return undefined;
  const temperatures = [...new Set(own.flat().map(({ temperature }) => temperature))].sort((a, b) => a - b);
  const points = temperatures.flatMap((temperature) => {
    const records = linesAt(
      own.map((texts) => texts.filter((each) => each.temperature === temperature)),
      step,
    );
    return records.length === own.length ? [{ temperature, ...meanOf(records) }] : [];
  });
  return points.length === 0 ? undefined : { group, step, seeds: own.length, points };
}

function meanOf(records: readonly TextsRecord[]): JudgedTexts {
  const of = (name: Exclude<keyof JudgedTexts, 'score' | 'selfBleu'>) =>
    mean(records.map((record) => record[name]));
  const orNull = (name: 'score' | 'selfBleu') => {
    const values = records.flatMap((record) => record[name] ?? []);
    return values.length === records.length ? mean(values) : null;
  };
  return {
    ...{ score: orNull('score'), selfBleu: orNull('selfBleu') },
    ...{ exact: of('exact'), bleu: of('bleu'), different: of('different') },
    ...{ rouge1: of('rouge1'), rouge2: of('rouge2'), rougeL: of('rougeL') },
    ...{ distinct1: of('distinct1'), distinct2: of('distinct2') },
    ...{ entropy: of('entropy'), ended: of('ended') },
  };
}
