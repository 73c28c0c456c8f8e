import type { Rng, RngState } from '@lamo/core';

/** Where a drawing from {@link epochs} is. JSON-serialisable. */
export interface EpochState {
  /** The generator before it drew the order of this epoch. */
  readonly epochRng: RngState;
  /** How many of this epoch are done. */
  readonly position: number;
}

/** Numbers below a count, each once per epoch, in a new order each time. */
export interface Epochs {
  /** Draws the next number. Where an epoch ends, the next one begins. */
  next(): number;
  state(): EpochState;
  /** Goes on from a saved state. @throws LamoError `invalid-rng-state` */
  restore(state: EpochState): void;
}

/** Draws the numbers from 0 to `count` − 1 in epochs. Memory holds the order, four bytes per number. */
export function epochs(count: number, rng: Rng): Epochs {
  const order = new Uint32Array(count);
  let epochRng: RngState;
  let position: number;
  const start = () => {
    epochRng = rng.state();
    for (let i = 0; i < order.length; i++) order[i] = i;
    rng.shuffle(order);
    position = 0;
  };
  start();
  return {
    next() {
      if (position === order.length) start();
      return order[position++]!;
    },
    state: () => ({ epochRng, position }),
    restore(state) {
      rng.restore(state.epochRng);
      start();
      position = state.position;
    },
  };
}
