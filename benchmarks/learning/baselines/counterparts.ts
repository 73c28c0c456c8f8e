type Config = Readonly<Record<string, unknown>>;

/** A PyTorch counterpart of one of our algorithms. */
export interface Counterpart {
  /** In benchmarks/pytorch. */
  readonly module: string;
  /** Preset with which ours is the same algorithm, if it is not by its defaults. */
  readonly preset?: string;
  /** Translates our settings into those of its `Learner`, but for those that all have. */
  readonly settings: (config: Config) => Config;
}

/** The settings that every `Learner` has. */
export const sharedSettings = ({ batchSize, discount }: Config): Config => ({ batch: batchSize, discount });

/** The counterparts that learn, by the name of our algorithm. All else is set there as it is in ours. */
export const counterparts: Readonly<Record<string, Counterpart>> = {
  cql: {
    module: 'cql',
    settings: ({ conservativeWeight, targetGap, actorLearningRate }) => ({
      weight: conservativeWeight,
      target_gap: targetGap,
      actor_rate: actorLearningRate,
    }),
  },
  iql: {
    module: 'iql',
    preset: 'corl',
    settings: ({ decaySteps, expectile, inverseTemperature }) => ({
      steps: decaySteps,
      expectile,
      beta: inverseTemperature,
    }),
  },
  rebrac: {
    module: 'rebrac',
    settings: ({ actorPenalty, criticPenalty, actorLearningRate, criticLearningRate }) => ({
      actor_penalty: actorPenalty,
      critic_penalty: criticPenalty,
      actor_rate: actorLearningRate,
      critic_rate: criticLearningRate,
    }),
  },
  'sac-n': {
    module: 'sac_n',
    settings: ({ criticCount, hiddenSize }) => ({
      count: criticCount,
      width: hiddenSize,
    }),
  },
  'td3-bc': { module: 'td3_bc', settings: ({ alpha }) => ({ alpha }) },
};
