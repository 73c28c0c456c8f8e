import { type Mutant, mutate } from '../mutant';

/** Faults in learning by acting. */
export const acting: readonly Mutant[] = [
  ...mutate(
    'packages/algos/src/online/player.ts',
    ['online/online.test'],
    [
      ['actions are not scaled', 'scaleActions(raw, this.#bounds).actions', 'raw.actions'],
      [
        'a restored episode does not take its actions again',
        'const result = this.environment.step(actions.slice(i, i + actionSize));',
        'const result = this.environment.step([0]);',
      ],
      ['all episodes start alike', '`episode ${this.#episode}`', "'episode'"],
      [
        'the actions of an episode that has ended are taken again',
        'this.#observation = undefined;\n    this.#actions = [];',
        'this.#observation = undefined;',
      ],
      [
        'the next observation is the last one',
        'nextObservation: result.observation,',
        'nextObservation: observation,',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/online/experience-source.ts',
    ['online/online.test'],
    [
      [
        'the policy that acts is never brought up to date',
        'else await this.#policy.load(await look.readState());',
        '',
      ],
      ['logged decisions are forgotten once it acts', 'Math.round(settings.offlineShare * batchSize)', '0'],
      [
        'logged decisions fill the whole batch once it acts',
        'this.#logged?.acts !== acts',
        'this.#logged === undefined',
      ],
      ['it acts before the offline steps are over', '(taken - offlineSteps) /', 'taken /'],
      [
        'new rows are not drawn from',
        'this.#rounds += 1;\n    this.#parts = this.#chooseParts();',
        'this.#rounds += 1;',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/transition-batches.ts',
    ['ingredients/transition-batches.test'],
    [
      [
        'later rows are scaled by their own returns',
        "{ ...later, normaliseRewards: 'none', rewardScale }",
        'later',
      ],
      ['later rows are chosen as the dataset’s are', "transitions: 'all' }", 'transitions }'],
      [
        'nothing is what rewards are normalised by',
        'if (dataset === undefined) throw nothingToNormaliseBy(normaliseRewards);',
        'if (dataset === undefined) return later as Config;',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/returns-beyond.ts',
    ['src/returns-beyond.test'],
    [
      ['a terminated episode goes on', 'terminated[end - 1] === 0 && goesOn', 'goesOn'],
      ['every episode goes on', "cut === 'last-reward' || isConstant(rewards, start, end)", 'true'],
      ['what goes on is not discounted', 'last / (1 - discount)', 'last'],
      [
        'all rewards count as the same',
        'rewards[row] !== rewards[start]',
        'rewards[end - 1] !== rewards[end - 1]',
      ],
      ['all episodes begin with the first row', '    start = end;\n', ''],
    ],
  ),
  ...mutate(
    'packages/data/src/transition-sampler.ts',
    ['src/transition-sampler.test'],
    [
      [
        'returns are of rewards as they were logged',
        'Float64Array.from(rewards, scaled)',
        'Float64Array.from(rewards)',
      ],
      [
        'returns are not discounted',
        'returnsToGo(rewards, dataset.episodeEnds, discount, beyond)',
        'returnsToGo(rewards, dataset.episodeEnds, 1, beyond)',
      ],
      [
        'what follows a cut is left out',
        'returnsToGo(rewards, dataset.episodeEnds, discount, beyond)',
        'returnsToGo(rewards, dataset.episodeEnds, discount)',
      ],
      ['rows in no order add up', "  checkRowOrder(dataset, WHERE, 'returns-to-go');\n", ''],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/cal-ql.ts',
    ['algorithms/cal-ql.test'],
    [
      ['calibration goes on whatever is set', 'acts && !config.calibrateOnline', 'false'],
      ['calibration stops wherever it acts', 'acts && !config.calibrateOnline', 'acts'],
      ['calibration never begins', 'acts && !config.calibrateOnline', 'true'],
      ['values that are not to be calibrated are', 'const LOWEST = -3e38', 'const LOWEST = 0'],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/rlpd.ts',
    ['algorithms/rlpd.test'],
    [
      [
        'observations are not scaled for the critics',
        'scaleObservations(context.state.scaler, context.batch.observations)',
        'context.batch.observations',
      ],
      [
        'observations are not scaled for the actor',
        'scaleObservations(state.scaler, batch.observations)',
        'batch.observations',
      ],
      ['all targets judge', 'judges: drawJudges(context), backupEntropy', 'backupEntropy'],
      ['the online critics judge', 'pickCritics(state.targets,', 'pickCritics(state.critics,'],
      ['one target too few is drawn', ', targetCritics);', ', targetCritics - 1);'],
      [
        'entropy always counts in the target',
        'judges: drawJudges(context), backupEntropy }',
        'judges: drawJudges(context) }',
      ],
      [
        'the actor goes by the lowest value',
        '(values) => tf.mean(values, 0)',
        '(values) => tf.min(values, 0)',
      ],
      [
        'the target entropy has the wrong sign',
        'config.entropyTarget * normal',
        '-config.entropyTarget * normal',
      ],
      [
        'α goes by the opposite of the entropy',
        'entropyOf(state.actor, observations, normal)',
        'tf.neg(entropyOf(state.actor, observations, normal))',
      ],
      ['the actor steps once more', 'policyDelay - 1)', 'policyDelay)'],
      ['the actor steps first', 'inTurn(evaluate, improve)', 'inTurn(improve, evaluate)'],
      ['it acts as SAC does', 'acting: { updateRatio: 20, stepsAtOnce: 1, randomSteps: 5000 }', 'acting: {}'],
    ],
  ),
  ...mutate(
    'packages/data/src/replay.ts',
    ['src/replay.test'],
    [
      [
        'what was there is lost where it grows',
        'this.#columns = this.#allocate(capacity);\n    this.#copy(before);',
        'this.#columns = this.#allocate(capacity);',
      ],
      [
        'ends are forgotten where it goes back',
        'if (columns.terminated[row] === 1 || columns.truncated[row] === 1) this.#ends.push(row + 1);',
        ';',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/discrete-sac.ts',
    ['algorithms/discrete-sac.test', 'online/online.test'],
    [
      [
        'the next value has no entropy',
        'tf.sub(lowest(state.targets, batch.nextObservations), tf.mul(tf.exp(state.logAlpha), logOdds))',
        'lowest(state.targets, batch.nextObservations)',
      ],
      [
        'the online critics are their own targets',
        'lowest(state.targets, batch.nextObservations)',
        'lowest(state.critics, batch.nextObservations)',
      ],
      [
        'the target of the entropy is n',
        'config.entropyShare * Math.log(batch.actions.shape[1]!)',
        'config.entropyShare * batch.actions.shape[1]!',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/collect/play-in-turn.ts',
    ['collect/qualities.test'],
    [
      [
        'parts run on into one another',
        'const kept = left === 1 ? part : onlyFinished(part);',
        'const kept = part;',
      ],
    ],
  ),
];
