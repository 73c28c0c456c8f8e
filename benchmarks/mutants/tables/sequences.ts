import { mutate } from '../mutant';

const STEPS = ['algorithms/dt.test', 'algorithms/wiki-rl.test'];
const LAMO = ['algorithms/lamo.test'];

/** Faults of the algorithms on windows of trajectories, and of the models that they run. */
export const sequences = [
  ...mutate(
    'packages/algos/src/ingredients/sequence/sequence-data.ts',
    ['algorithms/dt.test', 'algos/test/observation-scaling', 'sequence/sequence-data.test'],
    [
      ['windows are not scaled', 'scaleObservations(scaler, windows.observations)', 'windows.observations'],
      [
        'windows are scaled twice',
        'scaleObservations(scaler, windows.observations)',
        'scaleObservations(scaler, scaleObservations(scaler, windows.observations))',
      ],
      ['returns are divided by the best', 'Math.max(most, Math.abs(value)), 0)', 'Math.max(most, value), 0)'],
      ['the scale that is asked for is not heeded', 'config.returnScale ?? (largest || 1)', 'largest || 1'],
      ['padded actions are 0', 'const PADDED_ACTION = -10', 'const PADDED_ACTION = 0'],
      ['returns are not scaled', 'measureReturns(dataset, config).returnScale.data[0]!', '1'],
      ['rewards are always as logged', 'REWARDS[rewards](dataset)', "REWARDS[rewards && 'logged'](dataset)"],
      [
        'the last return is asked for',
        'Math.max(most, value), Number.NEGATIVE_INFINITY',
        'value, Number.NEGATIVE_INFINITY',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/sequence/sequence-state.ts',
    ['algos/test/observation-scaling', 'algorithms/dt.test'],
    [
      ['another epsilon', 'const EPSILON = 1e-6', 'const EPSILON = 1e-3'],
      ['the optimiser forgets', 'optimizer: updated.optimizer', 'optimizer'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/sequence/sequence-policy.ts',
    ['algos/test/observation-scaling', 'sequence/sequence-policy.test'],
    [
      [
        'returns asked for are not scaled',
        'tf.div(window.returnsToGo, conditioning.returnScale)',
        'window.returnsToGo',
      ],
      [
        'returns asked for are multiplied',
        'tf.div(window.returnsToGo, conditioning.returnScale)',
        'tf.mul(window.returnsToGo, conditioning.returnScale)',
      ],
      [
        'the best return is never asked for',
        'targetReturns.length === 0 ? [conditioning.bestReturn.data[0]!]',
        'targetReturns.length === 0 ? [0]',
      ],
      ['the policy forgets what it did', 'memory.remember(actions);', ''],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/sequence/sequence-memory.ts',
    ['sequence/sequence-memory.test'],
    [
      ['rewards are added to what is asked for', '-= previousRewards[i]!', '+= previousRewards[i]!'],
      ['the first reward counts before there is one', 'this.#step > 0 &&', ''],
      ['delayed rewards count at once', "&& rewards !== 'delayed'", ''],
      ['time has no limit', 'Math.min(this.#step, maxTimesteps - 1)', 'this.#step'],
      ['the past is overwritten', 'this.arrays[name].copyWithin(0, width);', ''],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/sequence/sequence-optimizer.ts',
    ['sequence/sequence-optimizer.test', 'algorithms/dt.test'],
    [
      ['gradients are not cut', 'fromVector(vector, gradients)', 'gradients'],
      ['there is no warm-up', 'warmupRate(rate, warmupSteps)', 'rate'],
      ['weights do not decay', 'weightDecay, epsilon })', 'epsilon })'],
      [
        'the transformer has the rate of the rest',
        'optimizer: optimizer(transformerLearningRate)',
        'optimizer: optimizer(learningRate)',
      ],
      ['the cut norm is reported', 'gradientNorm: norm!', 'gradientNorm: tf.minimum(norm!, maxGradientNorm)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/dt.ts',
    ['algorithms/dt.test'],
    [
      ['padded steps always count', "if (lossOver === 'real') return", 'if (false) return'],
      ['padded steps never count', "if (lossOver === 'real') return", 'if (true) return'],
      ['actions are not bounded', "isDiscrete(spec) ? 'none' : 'tanh'", "'none'"],
      ['the order is always that of the paper', 'order: config.order', "order: 'time-then-norm'"],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/wiki-rl.ts',
    ['algorithms/wiki-rl.test'],
    [
      ['inputs are turned away from words', 'return tf.neg(tf.mean(to', 'return tf.identity(tf.mean(to'],
      [
        'inputs are always turned towards all words',
        "to === 'nearest' ? tf.max(similarities, 1) : similarities",
        'similarities',
      ],
      [
        'lengths of inputs count',
        'tf.matMul(unitRows(rows), unitRows(centres)',
        'tf.matMul(rows as tf.Tensor2D, unitRows(centres)',
      ],
      [
        'the weight does not fade',
        'tf.mul(config.similarityWeight, fade(step, config.similaritySteps))',
        'tf.scalar(config.similarityWeight)',
      ],
      ['fading counts from 0', 'tf.add(state.optimizer.all!.count, 1)', 'state.optimizer.all!.count'],
      ['the time comes before the norm', "order: 'norm-then-time'", "order: 'time-then-norm'"],
      [
        'similarity is of placed inputs',
        'similarityLoss(normalised,',
        'similarityLoss(tf.mul(normalised, tf.expandDims(windows.mask, -1)),',
      ],
      ['text counts in full', 'tf.mul(config.textWeight, losses.textLoss)', 'losses.textLoss'],
      ['words never have the time table’s places', 'wpe: model.embed_timestep', ''],
      ['fading takes twice as long', 'steps / 10', 'steps / 5'],
      ['positions repeat from the first on', '2 + ((row - 2) % (positions - 2))', 'row % positions'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/sequence/cluster-tokens.ts',
    ['sequence/cluster-tokens.test'],
    [
      [
        'lengths of centres count',
        'tf.matMul(unitRows(table), unitRows(centres)',
        'tf.matMul(unitRows(table), centres',
      ],
      [
        'a centre without tokens goes to the origin',
        'tf.mul(centres, tf.sub(1, isUsed))',
        'tf.mul(centres, 0)',
      ],
      [
        'centres are means of directions',
        'tf.unsortedSegmentSum(table,',
        'tf.unsortedSegmentSum(unitRows(table),',
      ],
      ['centres move once', '** 2 < SETTLED', '** 2 < 1e9'],
      ['the first tokens are the centres', 'rng.shuffle(Uint32Array', '(Uint32Array'],
    ],
  ),
  ...mutate('packages/algos/src/algorithms/lamo.ts', LAMO, [
    [
      'text does not count',
      'tf.add(actionLoss, tf.mul(config.textWeight, words))',
      'tf.add(actionLoss, tf.mul(0, words))',
    ],
    [
      'text counts in full',
      'tf.add(actionLoss, tf.mul(config.textWeight, words))',
      'tf.add(actionLoss, words)',
    ],
    ['actions are always bounded', 'residual, bound } as const', "residual, bound: 'tanh' } as const"],
    ['there is no residual connection', 'residual, bound } as const', 'residual: false, bound } as const'],
    ['time comes before the norm', "order: 'norm-then-time'", "order: 'time-then-norm'"],
    ['adapters are scaled otherwise', 'alpha: loraAlpha', 'alpha: 1'],
  ]),
  ...mutate('packages/models/src/sequence/decision-transformer.ts', STEPS, [
    [
      'actions are read from the return’s token',
      '[0, 0, 1, 0], [-1, -1, 1, -1]',
      '[0, 0, 0, 0], [-1, -1, 1, -1]',
    ],
    [
      'actions are read from the action’s token',
      '[0, 0, 1, 0], [-1, -1, 1, -1]',
      '[0, 0, 2, 0], [-1, -1, 1, -1]',
    ],
    [
      'actions come before observations',
      'embed(parameters.embed_state, batch.observations),\n      embed(parameters.embed_action, batch.actions),',
      'embed(parameters.embed_action, batch.actions),\n      embed(parameters.embed_state, batch.observations),',
    ],
    [
      'the order is turned round',
      "settings.order === 'norm-then-time' ? norm(tokens)",
      "settings.order !== 'norm-then-time' ? norm(tokens)",
    ],
    ['time is not added', 'norm(tf.add(tokens, times))', 'norm(tokens)'],
    ['the shared head is not turned round', "bound === 'tanh' ? tf.tanh(actions) : actions", 'actions'],
  ]),
  ...mutate(
    'packages/models/src/gpt2/gpt2.ts',
    ['gpt2/gpt2.test', 'algorithms/dt.test'],
    [
      ['tokens see what comes later', 'i % tokens > Math.floor(i / tokens) ? -1e4 : 0', '0'],
      ['padding is seen', 'tf.mul(tf.sub(1, mask), -1e4)', 'tf.mul(tf.sub(1, mask), 0)'],
      ['the last norm has its own epsilon', 'ln_f.bias, config.layerNormEpsilon)', 'ln_f.bias)'],
      [
        'the norms of blocks have their own epsilon',
        'const { layerNormEpsilon: epsilon, residPdrop } = config;',
        'const { residPdrop } = config;\n  const epsilon = 1e-5;',
      ],
      [
        'the other curve',
        "activationFunction === 'gelu' ? 'erf' : 'tanh'",
        "activationFunction === 'gelu' ? 'tanh' : 'erf'",
      ],
      [
        'the feed-forward part has no way past it',
        'return tf.add(middle, dropped(',
        'return tf.identity(dropped(',
      ],
      [
        'dropout is left on at rate 0',
        'dropout === undefined || rate === 0 ? undefined',
        'dropout === undefined ? undefined',
      ],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/gpt2-config.ts',
    ['gpt2/gpt2.test'],
    [
      [
        'the epsilon of a config.json is not read',
        "layerNormEpsilon: 'layer_norm_epsilon'",
        "layerNormEpsilon: 'layer_norm_eps'",
      ],
      ['the heads of a config.json are not read', "nHead: 'n_head'", "nHead: 'n_heads'"],
    ],
  ),
  ...mutate(
    'packages/models/src/lora/lora.ts',
    ['lora/lora.test'],
    [
      [
        'alpha is not divided by the rank',
        'tf.matMul(x, a, false, true), alpha / rank)',
        'tf.matMul(x, a, false, true), alpha)',
      ],
      ['merging takes adapters out', 'foldLora(tree, alpha, 1, false)', 'foldLora(tree, alpha, -1, false)'],
    ],
  ),
];
