import { describe, expect, it } from 'vitest';
import { summariseEvaluations } from './summarise-evaluations';

/** Evaluations at every hundredth step. */
const every100 = (...values: number[]) => values.map((value, i) => ({ step: 100 * (i + 1), value }));

describe('summariseEvaluations', () => {
  it('keeps the last, the mean of the last fifth of the steps and the best apart', () => {
    // Of 1,000 steps the last 20 % begin after 800: two evaluations.
    const evaluations = every100(0, 10, 90, 20, 30, 40, 50, 60, 70, 50);
    expect(summariseEvaluations(evaluations)).toEqual({
      last: { step: 1000, value: 50 },
      meanOfLast: { value: 60, evaluations: 2, fromStep: 900 },
      best: { step: 300, value: 90, chosenFrom: 10 },
    });
  });

  it('has eight evaluations in the last fifth of LaMo’s 40, and five in the last third of Reacher2d’s 15', () => {
    const every2500 = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ step: 2500 * (i + 1), value: i }));
    expect(summariseEvaluations(every2500(40)).meanOfLast).toEqual({
      ...{ value: 35.5, evaluations: 8, fromStep: 82_500 },
    });
    const third = summariseEvaluations(every2500(15), { over: { share: 1 / 3 } });
    expect(third.meanOfLast).toMatchObject({ evaluations: 5, fromStep: 27_500 });
  });

  it('takes a number of evaluations too, and all where there are fewer', () => {
    const evaluations = every100(4, 1, 2, 3);
    expect(summariseEvaluations(evaluations, { over: { count: 3 } }).meanOfLast.value).toBe(2);
    expect(summariseEvaluations(evaluations, { over: { count: 9 } }).meanOfLast).toEqual({
      ...{ value: 2.5, evaluations: 4, fromStep: 100 },
    });
  });

  it('of one evaluation is that one, also before the first step', () => {
    const alone = summariseEvaluations([{ step: 0, value: 7 }]);
    expect([alone.last.value, alone.meanOfLast.value, alone.best.value]).toEqual([7, 7, 7]);
    expect(alone.best.chosenFrom).toBe(1);
  });

  it('goes by steps, in whatever order evaluations come, and by the first of equal bests', () => {
    const { last, best } = summariseEvaluations(every100(1, 5, 5, 2).reverse());
    expect(last.value).toBe(2);
    expect(best.step).toBe(200);
  });

  it('refuses nothing, what is no number, several evaluations at a step, and last ones that are none', () => {
    expect(() => summariseEvaluations([])).toThrow('at least one value');
    expect(() => summariseEvaluations(every100(1, Number.NaN))).toThrow('index 1 is not a finite number');
    const twice = [...every100(1, 2), { step: 200, value: 3 }];
    expect(() => summariseEvaluations(twice)).toThrow('There are several evaluations at step 200');
    const over = (last: { count: number } | { share: number }) => () =>
      summariseEvaluations(every100(1, 2), { over: last });
    expect(over({ count: 0 })).toThrow('a positive integer, received 0');
    expect(over({ share: 20 })).toThrow('above 0 and at most 1, received 20');
    expect(over({ share: Number.NaN })).toThrow('received NaN');
  });
});
