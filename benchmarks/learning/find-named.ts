import { LamoError } from '@lamo/core';

/** Finds one of several by its name. @param kind what they are: `task` @throws LamoError `unknown-<kind>` */
export function findNamed<One>(kind: string, all: Readonly<Record<string, One>>, name: string): One {
  const found = all[name];
  if (found !== undefined) return found;
  throw new LamoError({
    where: 'benchmarks/learning',
    code: `unknown-${kind}`,
    problem: `Unknown ${kind}`,
    expected: Object.keys(all).join(', '),
    received: name,
  });
}
