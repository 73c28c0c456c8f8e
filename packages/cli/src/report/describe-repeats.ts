import type { DistinctRuns } from '../run/distinct-runs';
import { joinSome } from './join-words';
import type { RunGroup } from './run-group';

/** Says in one sentence which runs were named more than once; undefined if none was. */
export function describeNamedAgain(repeated: DistinctRuns['repeated']): string | undefined {
  const [first] = repeated;
  if (first === undefined) return undefined;
  const names = [...new Set(repeated.map(({ earlier }) => earlier))];
  if (names.length > 1) return `${joinSome(names)} are named more than once: each is counted once`;
  return repeated.length > 1 || first.path === first.earlier
    ? `${first.earlier} is named more than once: it is counted once`
    : `${first.path} is the same run as ${first.earlier}: it is counted once`;
}

/** Says in one sentence which runs repeat another one, as copies do; undefined if none does. */
export function describeRepeats(groups: readonly Pick<RunGroup, 'repeats'>[]): string | undefined {
  const repeats = groups.flatMap((group) => group.repeats);
  const [first] = repeats;
  if (first === undefined) return undefined;
  const paths = repeats.map(({ run }) => run.path);
  const others = [...new Set(repeats.map(({ of }) => of.path))];
  const verb = paths.length === 1 ? 'has' : 'have';
  const counted = others.length === 1 ? `only ${first.of.path} counts` : 'only those count';
  return `${joinSome(paths)} ${verb} the same settings, data and seed as ${joinSome(others)}: ${counted}`;
}
