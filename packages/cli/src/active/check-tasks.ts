import { LamoError, type Task } from '@lamo/core';

/**
 * Checks that tasks can be told apart: by people, and by a policy, which sees codes in single precision.
 *
 * @param from the file that lists them
 * @throws LamoError `invalid-tasks`, or the code that is given
 */
export function checkTasks(from: string, tasks: readonly Task[], code = 'invalid-tasks'): void {
  const names = tasks.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw notApart(from, code, 'different names', `'${twice}' twice`);
  const size = tasks[0]!.code.length;
  const odd = tasks.find((task) => task.code.length !== size);
  if (odd !== undefined)
    throw notApart(from, code, `codes of ${size} numbers`, `${odd.code.length} of '${odd.name}'`);
  const codes = tasks.map((task) => task.code.map(Math.fround).join());
  const same = codes.findIndex((told, i) => codes.indexOf(told) !== i);
  if (same < 0) return;
  const first = names[codes.indexOf(codes[same]!)];
  throw notApart(from, code, 'different codes', `'${first}' and '${names[same]}' told by ${codes[same]}`);
}

function notApart(from: string, code: string, expected: string, received: string): LamoError {
  const problem = `${from} does not tell its tasks apart`;
  return new LamoError({ where: 'cli/active', code, problem, expected, received });
}
