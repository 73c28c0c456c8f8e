/** A PyTorch counterpart of one of our algorithms. */
export interface Counterpart {
  /** In benchmarks/pytorch. */
  readonly module: string;
  /** Translates our settings, and the number of steps, into those of its `Learner`. */
  readonly settings: (config: Readonly<Record<string, unknown>>, steps: number) => Record<string, unknown>;
}

/** The counterparts that learn, by the name of our algorithm. All else is set there as our defaults are. */
export const counterparts: Readonly<Record<string, Counterpart>> = {
  'td3-bc': { module: 'td3_bc', settings: ({ alpha, discount }) => ({ alpha, discount }) },
};
