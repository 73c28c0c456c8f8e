type Config = Readonly<Record<string, unknown>>;

/** A PyTorch counterpart of one of our algorithms. */
export interface Counterpart {
  /** In benchmarks/pytorch. */
  readonly module: string;
  /** Preset with which ours is the same algorithm, if it is not by its defaults. */
  readonly preset?: string;
  /** Translates our settings into those of its `Learner`. */
  readonly settings: (config: Config) => Config;
}

/** The counterparts that learn, by the name of our algorithm. All else is set there as it is in ours. */
export const counterparts: Readonly<Record<string, Counterpart>> = {
  cql: {
    module: 'cql',
    settings: ({ conservativeWeight, targetGap, actorLearningRate, discount, batchSize }) => ({
      weight: conservativeWeight,
      target_gap: targetGap,
      actor_rate: actorLearningRate,
      discount,
      batch: batchSize,
    }),
  },
  iql: {
    module: 'iql',
    preset: 'corl',
    settings: ({ decaySteps, expectile, inverseTemperature, discount }) => ({
      steps: decaySteps,
      expectile,
      beta: inverseTemperature,
      discount,
    }),
  },
  rebrac: {
    module: 'rebrac',
    settings: ({ actorPenalty, criticPenalty, actorLearningRate, criticLearningRate, discount }) => ({
      actor_penalty: actorPenalty,
      critic_penalty: criticPenalty,
      actor_rate: actorLearningRate,
      critic_rate: criticLearningRate,
      discount,
    }),
  },
  'sac-n': {
    module: 'sac_n',
    settings: ({ criticCount, hiddenSize, batchSize, discount }) => ({
      count: criticCount,
      width: hiddenSize,
      batch: batchSize,
      discount,
    }),
  },
  'td3-bc': { module: 'td3_bc', settings: ({ alpha, discount }) => ({ alpha, discount }) },
};
