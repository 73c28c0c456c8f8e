import type { Contest } from './contender';
import { operationCases } from './operation-cases';
import { operationContest } from './operation-contest';
import { trainingCases } from './training-cases';
import { trainingContest } from './training-contest';

/** Everything that `pnpm bench` times, by name. */
export const contests: Readonly<Record<string, Contest>> = {
  ...mapCases(trainingCases, trainingContest),
  ...mapCases(operationCases, operationContest),
};

function mapCases<Case>(cases: Readonly<Record<string, Case>>, contest: (one: Case) => Contest) {
  return Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, contest(one)]));
}
