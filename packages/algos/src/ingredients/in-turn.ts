import type { Step } from '../engine/algorithm';

/** Makes one step of two: the second is taken on the state that the first one left, with the same batch. */
export function inTurn<Config, State, Batch>(
  first: Step<Config, State, Batch>,
  second: Step<Config, State, Batch>,
): Step<Config, State, Batch> {
  return (context) => {
    const before = first(context);
    const after = second({ ...context, state: before.state });
    return { state: after.state, metrics: { ...before.metrics, ...after.metrics } };
  };
}
