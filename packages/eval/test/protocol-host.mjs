// Speaks the protocol of python/gymnasium_host.py. Argument: what goes wrong in the third step, or at the start.
import { createInterface } from 'node:readline';

const fault = process.argv[2];
/** @param {unknown} answer */
const say = (answer) => console.log(typeof answer === 'string' ? answer : JSON.stringify(answer));
/** @param {number[]} shape @param {object} [more] */
const box = (shape, more) => ({ kind: 'box', shape, dtype: 'float64', low: [-1, -2], high: [1, 2], ...more });
const spaces = {
  observations: { kind: 'dict', spaces: { goal: box([1]), place: box([2, 1]) } },
  actions: box([2]),
};
/** @type {Record<string, object>} */
const odd = {
  tuple: { observations: { kind: 'other', name: 'Tuple(Discrete(2), Box(1,))' } },
  nested: { observations: { kind: 'dict', spaces: { a: { kind: 'dict', spaces: {} } } } },
  unbounded: { actions: box([2], { low: [null, -1] }) },
  image: { observations: box([2, 2, 1], { dtype: 'uint8' }), actions: { kind: 'discrete', count: 3 } },
};
let made = 0;
/** @type {number[]} */
const steps = [];

if (fault === 'no-gymnasium') say({ error: 'No module named gymnasium', code: 'gymnasium-unavailable' });
else say({ protocol: 1, gymnasium: '0.0.0' });
createInterface({ input: process.stdin }).on('line', (line) => {
  const { op, environment, action, seed } = JSON.parse(line);
  if (op === 'make') {
    steps.push(0);
    if (fault === 'unknown') return say({ error: 'No registered env', code: 'unknown-environment' });
    return say({
      environment: made++,
      ...spaces,
      ...odd[fault ?? ''],
      steps: fault === 'endless' ? null : 5,
    });
  }
  if (op === 'close') return say({});
  if (op === 'reset') {
    steps[environment] = 0;
    return say({ observation: fault === 'image' ? [0, 1, 2, 255] : [seed % 10, environment, 0] });
  }
  const taken = (steps[environment] ?? 0) + 1;
  steps[environment] = taken;
  if (taken === 3) {
    if (fault === 'throws') return say({ error: 'ValueError: joint', code: 'gymnasium-failed' });
    if (fault === 'hangs') return;
    if (fault === 'babbles') return say('Segmentation fault');
    if (fault === 'shortens')
      return say({ observation: [1], reward: 0, terminated: false, truncated: false });
    if (fault === 'blanks')
      return say({ observation: [null, 0, 0], reward: 0, terminated: false, truncated: false });
    if (fault === 'dies') {
      process.stderr.write('Traceback\nMemoryError: no\n', () => process.exit(9));
      return;
    }
  }
  const observation = fault === 'image' ? [0, 1, 2, action[0]] : [action[0], action[1], taken];
  say({ observation, reward: 0.1, terminated: false, truncated: taken === 5 });
});
