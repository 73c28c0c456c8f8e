import type { ActionSpace, ColumnArray, Environment, ObservationSpace, StepResult } from '@lamo/core';
import { checkState, type Moment } from './check-step';
import { float32Column, float64Column, type GrowingColumn, observationColumn } from './growing-column';

/** The record of one episode, row by row. */
export interface Trajectory {
  /** [length + 1, O] one more than actions, because the final observation is included; bytes of images */
  readonly observations: ColumnArray;
  /** What they are, if it is images, or if some columns have names. */
  readonly observationSpace?: ObservationSpace;
  /** [length, A] as carried out: clipped to the environment's bounds */
  readonly actions: Float32Array;
  /** What they were chosen from, if it is classes. */
  readonly actionSpace?: ActionSpace;
  /** [length] */
  readonly rewards: Float32Array;
  /** Further columns, [length, width] each: `qpos` and `qvel` before each action, if the environment has them. */
  readonly infos: Readonly<Record<string, { readonly width: number; readonly data: Float64Array }>>;
}

/** An episode that is being recorded. */
export interface Recording {
  beforeStep(action: ArrayLike<number>): void;
  afterStep(result: StepResult): void;
  finish(): Trajectory;
}

/**
 * Starts recording the episode that an environment was just reset to.
 *
 * @param moment where the episode stands, which goes on with it
 * @throws LamoError `not-finite`, when something is recorded, for a physical state that is not
 */
export function startRecording(
  environment: Environment,
  observation: ArrayLike<number>,
  moment: Moment,
): Recording {
  const { actionSize, actionSpace, observationSpace } = environment.spec;
  const observations = observationColumn(environment.spec);
  const actions = float32Column(actionSize);
  const rewards = float32Column(1);
  const states = stateColumns(environment);
  const reward = [0];
  observations.push(observation);
  return {
    beforeStep(action) {
      actions.push(action);
      for (const { name, column, read } of states) {
        const state = read();
        checkState(name, state, environment.spec, moment);
        column.push(state);
      }
    },
    afterStep(result) {
      observations.push(result.observation);
      reward[0] = result.reward;
      rewards.push(reward);
    },
    finish: () => ({
      observations: observations.values(),
      ...(observationSpace ? { observationSpace } : {}),
      actions: actions.values(),
      ...(actionSpace ? { actionSpace } : {}),
      rewards: rewards.values(),
      infos: Object.fromEntries(
        states.map(({ name, column }) => [name, { width: column.width, data: column.values() }]),
      ),
    }),
  };
}

interface StateColumn {
  readonly name: string;
  readonly column: GrowingColumn<Float64Array>;
  readonly read: () => Float64Array;
}

/** The physical state, for environments that expose it. */
function stateColumns(
  environment: Environment & { qpos?: Float64Array; qvel?: Float64Array },
): StateColumn[] {
  return (['qpos', 'qvel'] as const).flatMap((name) => {
    const width = environment[name]?.length;
    if (width === undefined) return [];
    return [{ name, column: float64Column(width), read: () => environment[name]! }];
  });
}
