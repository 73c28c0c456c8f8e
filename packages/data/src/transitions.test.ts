import type { Dataset } from '@lamo/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import { everyRow, qlearningTransitions, type Transitions, transitions } from './transitions';

/** The loop of D4RL's `qlearning_dataset`, row by row, for files with `timeouts`. */
function literalQlearning(dataset: Dataset): number[][] {
  const result: number[][] = [];
  for (let i = 0; i < dataset.size - 1; i++) {
    const next = dataset.observations[i + 1]!;
    if (dataset.truncated[i]) continue;
    result.push([dataset.observations[i]!, next, dataset.terminated[i]!]);
  }
  return result;
}

/** Observation, next observation and terminated of each transition, for one-column observations. */
function listTransitions({ dataset, rows, nextRows, nextObservations }: Transitions): number[][] {
  return Array.from(rows, (row, i) => [
    dataset.observations[row]!,
    nextObservations[nextRows[i]!]!,
    dataset.terminated[row]!,
  ]);
}

/** Observation = row; logged next observations are row + 0.5, to tell them from the following row's observation. */
function numbered(flags: readonly (readonly [boolean, boolean])[], stored: boolean): Dataset {
  return createDataset({
    observations: flags.map((_, row) => row),
    actions: flags.map(() => 0),
    rewards: flags.map(() => 0),
    terminated: flags.map(([terminated]) => terminated),
    truncated: flags.map(([, truncated]) => truncated),
    nextObservations: stored ? flags.map((_, row) => row + 0.5) : undefined,
  });
}

// The example drawn in contracts.ts: a terminates, b is cut, c is unfinished.
const drawn = (stored: boolean) =>
  numbered(
    [0, 1, 2, 3, 4, 5, 6, 7].map((row) => [row === 2, row === 6]),
    stored,
  );

describe('qlearningTransitions', () => {
  it('takes the following row as next observation, drops time-outs and the last row', () => {
    for (const stored of [false, true]) {
      expect(listTransitions(qlearningTransitions(drawn(stored)))).toEqual([
        [0, 1, 0],
        [1, 2, 0],
        [2, 3, 1],
        [3, 4, 0],
        [4, 5, 0],
        [5, 6, 0],
      ]);
    }
  });

  it("agrees with a literal port of D4RL's loop for any flags", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 }),
        (flags) => {
          const dataset = numbered(flags, false);
          expect(listTransitions(qlearningTransitions(dataset))).toEqual(literalQlearning(dataset));
        },
      ),
    );
  });

  it('keeps every row with its logged next observation when asked to', () => {
    const kept = listTransitions(qlearningTransitions(drawn(true), { keepTimeouts: true }));
    expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((row) => [row, row + 0.5, row === 2 ? 1 : 0]));
    expect(() => qlearningTransitions(drawn(false), { keepTimeouts: true })).toThrow(
      expect.objectContaining({ code: 'missing-column' }),
    );
  });
});

describe('transitions', () => {
  it('uses logged next observations for every row', () => {
    expect(listTransitions(transitions(drawn(true)))).toEqual(
      listTransitions(qlearningTransitions(drawn(true), { keepTimeouts: true })),
    );
  });

  it('never crosses from one episode into the next without them', () => {
    expect(listTransitions(transitions(drawn(false)))).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [2, 2, 1],
      [3, 4, 0],
      [4, 5, 0],
      [5, 6, 0],
    ]);
  });

  it('keeps a row that is terminated and truncated as well, with its reward', () => {
    const both = numbered(
      [0, 1, 2, 3].map((row) => [row % 2 === 1, row % 2 === 1]),
      false,
    );
    expect(listTransitions(transitions(both))).toEqual([
      [0, 1, 0],
      [1, 1, 1],
      [2, 3, 0],
      [3, 3, 1],
    ]);
    // D4RL's view drops it: episodes that pay at their end then hold no reward at all.
    expect(Array.from(qlearningTransitions(both).rows)).toEqual([0, 2]);
  });

  it('keeps every row where each is truncated, if next observations were logged', () => {
    const cut = numbered(
      [0, 1, 2].map(() => [false, true]),
      true,
    );
    expect(listTransitions(transitions(cut))).toEqual([0, 1, 2].map((row) => [row, row + 0.5, 0]));
  });

  it('leaves out rows without a next action when those are asked for', () => {
    // Row 3 was lost: what follows row 2 is not where row 2 led.
    const rows = [0, 1, 2, 4, 5, 6, 7];
    const dataset = createDataset({
      observations: rows,
      nextObservations: rows.map((row) => row + 1),
      actions: rows,
      rewards: rows,
      terminated: rows.map(() => false),
      truncated: rows.map((row) => row === 5),
    });
    const view = transitions(dataset, { nextActions: true });
    expect(listTransitions(view)).toEqual([
      [0, 1, 0],
      [1, 2, 0],
      [4, 5, 0],
      [6, 7, 0],
    ]);
    expect(Array.from(view.nextActionRows!, (row) => dataset.actions[row])).toEqual([1, 2, 5, 7]);
  });

  it('refuses next actions of rows in no order', () => {
    expect(() => transitions(drawn(true), { nextActions: true })).toThrow(
      expect.objectContaining({ code: 'rows-out-of-order' }),
    );
  });

  it('keeps a terminated last row, which needs no successor', () => {
    const dataset = numbered(
      [
        [false, false],
        [true, false],
      ],
      false,
    );
    expect(listTransitions(transitions(dataset))).toEqual([
      [0, 1, 0],
      [1, 1, 1],
    ]);
  });
});

it('views every row where nothing needs to be known of what came next', () => {
  expect([...everyRow(drawn(false)).rows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // What was logged of it is still there.
  expect(listTransitions(everyRow(drawn(true)))).toEqual(listTransitions(transitions(drawn(true))));
});
