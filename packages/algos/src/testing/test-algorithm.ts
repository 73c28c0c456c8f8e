import { describe, it } from 'vitest';
import type { AnyAlgorithm } from '../engine/algorithm';
import { actionChecks } from './action-checks';
import type { Check } from './check';
import { classChecks } from './class-checks';
import { definitionChecks } from './definition-checks';
import { policyChecks } from './policy-checks';
import { acts, openSubject, type Subject, type SubjectOptions, usualActions } from './subject';
import { trainingChecks } from './training-checks';

/** Everything that is checked, by the sentence that it shows. */
export const checks = { ...definitionChecks, ...trainingChecks, ...policyChecks, ...actionChecks };

/** One of the checks of {@link testAlgorithm}, by its sentence. */
export type CheckName = keyof typeof checks;

/** Settings of {@link testAlgorithm}. */
export interface TestAlgorithmOptions extends SubjectOptions {
  /** Checks to leave out, each with the reason. @default none */
  readonly skip?: { readonly [Name in CheckName]?: string };
}

/** What all checks after it need: where it fails, one failure says more than all of them. */
const FIRST_TRAINING: CheckName = 'trains, and every number stays finite';

/** What only a policy can be asked. */
const CHOICE = 'returns classes, and not always the same one';

/** Milliseconds that a check may take; most take less than a second. */
const TIMEOUT = 120_000;

/**
 * Declares the tests that every algorithm on datasets must pass, to be called at the top of a vitest file; those of policies where
 * one comes out. The algorithm need not be registered.
 *
 * @example
 * testAlgorithm(myAlgorithm, { config: { hiddenSize: 32, batchSize: 16, learningRate: 1e-3 } });
 */
export function testAlgorithm(algorithm: AnyAlgorithm, options: TestAlgorithmOptions = {}): void {
  const isOfClasses = usualActions(algorithm) === 'classes';
  describe(`the algorithm ${algorithm.name}`, () => {
    const common = { ...definitionChecks, ...trainingChecks };
    const acting = isOfClasses ? { ...checks, [CHOICE]: classChecks[CHOICE] } : checks;
    declare(acts(algorithm) ? acting : common, openSubject(algorithm, options), options);
  });
  if (isOfClasses || !algorithm.capabilities.includes('discrete-actions')) return;
  describe(`the algorithm ${algorithm.name}, where actions are classes`, () => {
    const { [CHOICE]: choice, ...common } = classChecks;
    const acting = { ...common, [CHOICE]: choice, ...policyChecks };
    declare(acts(algorithm) ? acting : common, openSubject(algorithm, options, 'classes'), options);
  });
}

function declare(
  checks: Readonly<Record<string, Check>>,
  subject: Subject,
  { skip = {} }: TestAlgorithmOptions,
): void {
  // Whatever cannot train fails once, for that reason, and not twenty times for others.
  let trains = true;
  for (const [name, check] of Object.entries(checks)) {
    const reason = skip[name as CheckName];
    const title = reason === undefined ? name : `${name} (left out: ${reason})`;
    it.skipIf(reason !== undefined)(title, { timeout: TIMEOUT }, async (test) => {
      if (!trains) test.skip('it does not train');
      trains = name !== FIRST_TRAINING;
      await check(subject);
      trains = true;
    });
  }
}
