import type { Sizes } from '../../kinds/dataset';
import { checkObserved } from '../check-observed';
import type { SequenceConfig } from './sequence-config';

/** Names of a window's arrays: the inputs of an acting policy. */
export type WindowName = 'observations' | 'previousActions' | 'returnsToGo' | 'timesteps' | 'mask';

/**
 * The last K steps of episodes that are played side by side, as the windows that a sequence model reads: padded at the
 * left, the newest step last.
 */
export class SequenceMemory {
  /**
   * The windows by name: observations [B, K, O], previousActions [B, K, A], or classes [B, K, 1], with 0 for the newest step, returnsToGo [B, K] in raw
   * units, timesteps and mask [B, K].
   */
  readonly arrays: Readonly<Record<WindowName, Float32Array>>;
  /** What each episode is still asked for. */
  readonly #wanted: Float64Array;
  #step = 0;
  readonly #sizes: Pick<Sizes, 'observationSize' | 'actionSize'>;

  /**
   * @param sizes of observations and of actions as they are in the data: 1 of a class
   * @param config steps of a window, rows of the time table, and what rewards are
   * @param targetReturns [B] what each episode is asked for
   */
  constructor(
    sizes: Pick<Sizes, 'observationSize' | 'actionSize'>,
    readonly config: Pick<SequenceConfig, 'contextLength' | 'maxTimesteps' | 'rewards'>,
    targetReturns: ArrayLike<number>,
  ) {
    this.#wanted = Float64Array.from(targetReturns);
    this.#sizes = sizes;
    const column = (width: number) => new Float32Array(this.batch * config.contextLength * width);
    this.arrays = {
      observations: column(this.#sizes.observationSize),
      previousActions: column(this.#sizes.actionSize),
      returnsToGo: column(1),
      timesteps: column(1),
      mask: column(1),
    };
  }

  /** Number of episodes. */
  get batch(): number {
    return this.#wanted.length;
  }

  /**
   * Begins a step.
   * @param observations [B, O]
   * @param previousRewards [B]
   */
  observe(observations: ArrayLike<number>, previousRewards: Float32Array): void {
    const { rewards, maxTimesteps } = this.config;
    checkObserved(observations, this.batch * this.#sizes.observationSize, this.batch);
    for (let i = 0; i < this.batch; i++) {
      if (this.#step > 0 && rewards !== 'delayed') this.#wanted[i]! -= previousRewards[i]!;
    }
    const time = Math.min(this.#step, maxTimesteps - 1);
    this.#push('observations', this.#sizes.observationSize, observations);
    this.#push(
      'previousActions',
      this.#sizes.actionSize,
      new Float32Array(this.batch * this.#sizes.actionSize),
    );
    this.#push('returnsToGo', 1, this.#wanted);
    this.#push('timesteps', 1, new Float32Array(this.batch).fill(time));
    this.#push('mask', 1, new Float32Array(this.batch).fill(1));
    this.#step += 1;
  }

  /** Notes what was done in the newest step, [B, A] or classes [B, 1]. */
  remember(actions: Float32Array): void {
    this.#writeNewest('previousActions', this.#sizes.actionSize, actions);
  }

  /** Drops the oldest step of every window and puts a new one at the end. */
  #push(name: WindowName, width: number, newest: ArrayLike<number>): void {
    // One move for all windows: what spills from one into the end of the one before is overwritten next.
    this.arrays[name].copyWithin(0, width);
    this.#writeNewest(name, width, newest);
  }

  #writeNewest(name: WindowName, width: number, newest: ArrayLike<number>): void {
    const values = this.arrays[name];
    const { contextLength } = this.config;
    for (let i = 0; i < this.batch; i++) {
      const at = ((i + 1) * contextLength - 1) * width;
      for (let j = 0; j < width; j++) values[at + j] = newest[i * width + j]!;
    }
  }
}
