import { expect, it } from 'vitest';
import { checkTasks } from './check-tasks';

it('refuses tasks that people or policies cannot tell apart', () => {
  const check = (...tasks: [string, number[]][]) =>
    checkTasks(
      'tasks.json',
      tasks.map(([name, code]) => ({ name, code })),
    );
  expect(() => check(['a', [1, 0]], ['b', [0, 1]])).not.toThrow();
  expect(() => check(['a', [1, 0]], ['a', [0, 1]])).toThrow(/different names.*'a' twice/s);
  expect(() => check(['a', [1, 0]], ['b', [1]])).toThrow(/codes of 2 numbers.*1 of 'b'/s);
  expect(() => check(['a', [1, 0]], ['b', [1, 0]])).toThrow(/different codes.*'a' and 'b' told by 1,0/s);
  // Equal in single precision, which is all that a policy sees.
  expect(() => check(['a', [0.1]], ['b', [0.1 + 1e-12]])).toThrow(/different codes/);
});
