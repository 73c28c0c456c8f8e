import { expect, it } from 'vitest';
import type { DatasetSpec } from '../kinds/dataset';
import type { Rows } from './kernel';
import { outputGradients, outputLosses, toUnit } from './output-losses';

const width = 3;
const amounts: DatasetSpec = { observationSize: 1, actionSize: width };
const classes: DatasetSpec = { ...amounts, actionSpace: { kind: 'discrete', count: width } };
const before = [0.3, -1.2, 0.7];
const rows = (...data: number[]): Rows => ({ width, data: Float64Array.from(data) });

/** Slopes of a loss by what the last layer computes, by differences. */
function slopes(loss: (values: readonly number[]) => number): number[] {
  const step = 1e-5;
  return before.map((_, k) => {
    const moved = (by: number) => loss(before.map((value, i) => (i === k ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

it('computes the gradients of squared distances before tanh', () => {
  const actions = rows(0.1, 0.5, -0.4);
  const loss = (values: readonly number[]) =>
    values.reduce((sum, value, a) => sum + (Math.tanh(value) - actions.data[a]!) ** 2, 0);
  const outputs = rows(...before.map(Math.tanh));
  expect(outputLosses(outputs, actions, amounts)[0]).toBeCloseTo(loss(before), 12);
  // differences of step 1e-5 are right to its square
  expect(outputGradients(outputs, actions, amounts).data).toBeAllClose(slopes(loss), { absolute: 1e-8 });
});

it('computes the gradients of −log π by scores', () => {
  const chosen = toUnit(Float32Array.of(2), classes);
  expect([...chosen.data]).toEqual([0, 0, 1]);
  const loss = (values: readonly number[]) =>
    Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0)) - values[2]!;
  expect(outputLosses(rows(...before), chosen, classes)[0]).toBeCloseTo(loss(before), 12);
  expect(outputGradients(rows(...before), chosen, classes).data).toBeAllClose(slopes(loss), {
    absolute: 1e-8, // as above
  });
});
