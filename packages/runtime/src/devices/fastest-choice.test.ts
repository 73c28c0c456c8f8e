import { describe, expect, it } from 'vitest';
import { FastestChoice } from './fastest-choice';

/** Takes turns with the milliseconds that each choice needs, and returns which were taken. */
function take(choice: FastestChoice, turns: number, milliseconds: readonly number[]): number[] {
  return Array.from({ length: turns }, () => {
    const chosen = choice.next();
    choice.record(chosen, milliseconds[chosen]!);
    return chosen;
  });
}

describe('the choice of the fastest way', () => {
  it('tries each a few times, then keeps to the fastest but for a look at the others now and then', () => {
    const taken = take(new FastestChoice(3), 800, [5, 2, 9]);
    expect(taken.slice(0, 14)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1]);
    expect(taken.filter((chosen) => chosen === 1).length).toBeGreaterThan(740);
    expect(taken.slice(14)).toEqual(expect.arrayContaining([0, 2]));
  });

  it('is not misled by a first run that had to warm up', () => {
    const choice = new FastestChoice(2);
    expect(choice.next()).toBe(0);
    choice.record(0, 50);
    expect(
      take(choice, 50, [3, 5])
        .slice(-40)
        .filter((chosen) => chosen === 0).length,
    ).toBeGreaterThan(30);
  });

  it('changes its mind when the machine does', () => {
    const choice = new FastestChoice(2);
    take(choice, 50, [5, 3]);
    const later = take(choice, 400, [5, 20]);
    expect(later.slice(-50).filter((chosen) => chosen === 0).length).toBeGreaterThan(45);
  });

  it('does not try the others where the first takes long', () => {
    expect(take(new FastestChoice(2), 30, [120, 1])).toEqual(Array(30).fill(0));
  });

  it('has nothing to choose from one', () => {
    expect(take(new FastestChoice(1), 30, [1])).toEqual(Array(30).fill(0));
  });
});
