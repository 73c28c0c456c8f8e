import { expect, it } from 'vitest';
import { averageMetrics } from './metric-averages';

it('averages each metric over the steps that had it', () => {
  const averages = averageMetrics();
  averages.add({ criticLoss: 1 }, 1);
  averages.add({ criticLoss: 2, actorLoss: 10 }, 1);
  averages.add({ criticLoss: 6 }, 1);
  expect(averages.read()).toEqual({ criticLoss: 3, actorLoss: 10 });
});

it('continues from a saved state with the same result to the last bit', () => {
  const values = [0.1, 0.2, 0.3, 1e-9, 7];
  const whole = averageMetrics();
  for (const loss of values) whole.add({ loss }, 3);

  const first = averageMetrics();
  for (const loss of values.slice(0, 2)) first.add({ loss }, 3);
  const second = averageMetrics(JSON.parse(JSON.stringify(first.state())));
  for (const loss of values.slice(2)) second.add({ loss }, 3);
  expect(second.read()).toEqual(whole.read());
});

it('starts anew after a reset', () => {
  const averages = averageMetrics({ loss: { sum: 100, count: 1 } });
  averages.reset();
  averages.add({ loss: 2 }, 1);
  expect(averages.read()).toEqual({ loss: 2 });
});
