import type { Contest } from './contender';
import { trainingCases } from './training-cases';
import { trainingContest } from './training-contest';

/** Everything that `pnpm bench` times, by name. */
export const contests: Readonly<Record<string, Contest>> = Object.fromEntries(
  Object.entries(trainingCases).map(([name, step]) => [name, trainingContest(step)]),
);
