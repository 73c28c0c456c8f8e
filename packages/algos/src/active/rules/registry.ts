import { allNearest, LamoError } from '@lamo/core';
import { bandit } from './bandit';
import { fewestDemonstrations, roundRobin, uniform } from './counting';
import { amf, amfDifficulty, lastLayer } from './information';
import { dropout, highestLoss, largestVariance } from './own-values';
import type { SelectionRule } from './rule';

/** All ways to choose the tasks to ask for; the first is the default. */
export const selectionRules: readonly SelectionRule[] = [
  amf,
  uniform,
  roundRobin,
  fewestDemonstrations,
  highestLoss,
  largestVariance,
  lastLayer,
  dropout,
  amfDifficulty,
  bandit,
];

/** Finds a rule by its name. @throws LamoError `unknown-rule` */
export function findSelectionRule(name: string): SelectionRule {
  const found = selectionRules.find((rule) => rule.name === name);
  if (found) return found;
  const names = selectionRules.map((rule) => rule.name);
  const [near] = allNearest(name, names);
  throw new LamoError({
    where: 'algos/active',
    code: 'unknown-rule',
    problem: `There is no selection rule '${name}'`,
    expected: names.join(', '),
    received: name,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}
