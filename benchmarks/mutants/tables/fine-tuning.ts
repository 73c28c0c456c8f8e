import { mutate } from '../mutant';

/** Faults of learning from prompts with completions. */
export const fineTuning = [
  ...mutate(
    'packages/algos/src/ingredients/language/on-completions.ts',
    ['algorithms/sft.test'],
    [
      ['a new model is as short as the examples', 'positions: context, ', ''],
      ['prompts are learned, too', 'weights: mask', 'weights: undefined'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/gpt2.ts',
    ['gpt2/packed-rows.test'],
    [['examples of a row see one another', 'tf.minimum(causal, tf.mul(', 'tf.maximum(causal, tf.mul(']],
  ),
  ...mutate(
    'packages/models/src/gpt2/language-model.ts',
    ['algorithms/sft.test'],
    [
      [
        'the mask is a token early',
        'weights && following(weights)',
        'weights && tf.reshape(tf.slice(weights, [0, 0], [-1, tokens - 1]), [-1]) as tf.Tensor1D',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/iq-learn.ts',
    ['algorithms/iq-learn.test', 'algorithms/iq-learn-value-head.test'],
    [
      ['the value of what follows the end counts', 'tf.mul(values, weights!), rows', 'values, rows'],
      [
        'the value of the same token is taken for that of the next',
        'laterInRow(tf.reshape(values, [batchSize, -1]))',
        'tf.reshape(values, [batchSize, -1])',
      ],
      ['the next value is not discounted', 'tf.mul(future, discount)', 'future'],
      ['every gradient is a full one', "gradient === 'semi'", 'false'],
      ['own texts have the examples’ weight', 'tf.div(mixed, (1 - ownShare) ** 2)', 'mixed'],
      ['own texts count as much as examples', 'tf.mul(aux.ownResidual, ownShare)', 'aux.ownResidual'],
      ['imitation ends a step late', 'tf.less(state', 'tf.lessEqual(state'],
      ['values of their own are not part of Q', 'tf.add(own, logLikelihoods)', 'logLikelihoods'],
      [
        'values of their own are not asked',
        '[own, tf.add(own, logLikelihoods)]',
        '[soft, tf.add(own, logLikelihoods)]',
      ],
      ['nothing is said of imitation alone', 'steps > imitationSteps', 'steps >= imitationSteps'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/own-samples.ts',
    ['language/own-samples.test', 'algorithms/iq-learn.test'],
    [
      [
        'the last token of a text that ran out of room counts',
        'tf.maximum(laterInRow(mask), tf.expandDims(ended, 1))',
        'tf.onesLike(mask)',
      ],
      ['it compiles anew each time', 'this.#generator ??=', 'this.#generator ='],
      ['it writes a step late', 'this.#rounds <= (taken', 'this.#rounds < (taken'],
      ['texts are learned from again', 'this.#texts.splice(0, ', 'this.#texts.slice(0, '],
      ['texts are not in checkpoints', 'texts: this.#texts,', 'texts: [],'],
      ['the prompt counts as written', 'row * length + text.prompt, row', 'row * length, row'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/policy-gradient.ts',
    ['algorithms/dense-reinforce.test', 'algorithms/gail.test'],
    [
      [
        'what brings least is reinforced',
        'surrogate: tf.neg(meanOf(tf.mul(advantages',
        'surrogate: tf.abs(meanOf(tf.mul(advantages',
      ],
      ['advantages are not standardised', 'tf.div(centred, tf.add(deviation, TINY))', 'centred'],
      [
        'the divergence is the other one',
        'tf.mul(tf.exp(own), tf.sub(own, theirs))',
        'tf.mul(tf.exp(theirs), tf.sub(theirs, own))',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/dense-reinforce.ts',
    ['algorithms/dense-reinforce.test'],
    [
      [
        'rewards are of the tuned model alone',
        'tf.sub(likelihoods(tuned), likelihoods(earlier))',
        'likelihoods(tuned)',
      ],
      ['a token brings its own reward only', 'returnsAlong(perText, discount)', 'perText'],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/gail.ts',
    ['algorithms/gail.test'],
    [
      [
        'the discriminator learns the other way round',
        'real(tf.softplus(tf.neg(examples)))',
        'real(tf.softplus(examples))',
      ],
      ['V has no part in advantages', 'tf.sub(returns, values)', 'returns'],
      ['D is of the token before', 'tf.slice(hidden, [0, 1, 0]', 'tf.slice(hidden, [0, 0, 0]'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/implicit-rewards.ts',
    ['gpt2/implicit-rewards.test'],
    [
      [
        'the last token of a turn has a successor',
        'learned[i + 1] === learned[i]! + 1 ?',
        'i + 1 < learned.length ?',
      ],
      ['nothing is discounted', 'discount * nextValue(i)', 'nextValue(i)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/token-value-loss.ts',
    ['language/token-value-loss.test'],
    [
      ['V of the next state has a gradient', 'tf.reshape(stopGradient(values), ', 'tf.reshape(values, '],
      [
        'the first row’s values are taken for all',
        "const place = tf.add(tf.cast(tf.maximum(nextStates, 0), 'int32'), row)",
        "const place = tf.cast(tf.maximum(nextStates, 0), 'int32')",
      ],
      ['what ended goes on', 'tf.less(nextStates, 0)', 'tf.less(nextStates, -1)'],
      ['the higher critic is believed', 'tf.minimum(tf.gatherND(first', 'tf.maximum(tf.gatherND(first'],
      ['V learns from targets only', "options.valueTarget === 'td'", 'true'],
      [
        'advantages of the imitation have a gradient',
        'stopGradient(tf.sub(worth, values))',
        'tf.sub(worth, values)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/ilql.ts',
    ['algorithms/ilql.test'],
    [
      [
        'targets are the critics',
        'polyakAverage(state.targets, moved.values.critics, config.targetRate)',
        'moved.values.critics',
      ],
      [
        'targets stay as they are',
        'polyakAverage(state.targets, moved.values.critics, config.targetRate)',
        'state.targets',
      ],
      ['states are those after the token', 'tf.slice(hidden, [0, 0, 0]', 'tf.slice(hidden, [0, 1, 0]'],
      [
        'what is read is learned, too',
        'weights: following(batch.mask)',
        'weights: tf.onesLike(following(batch.mask))',
      ],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/steering.ts',
    ['gpt2/steering.test', 'algorithms/ilql.test'],
    [
      ['the higher critic steers', 'tf.minimum(...tokenCritics', 'tf.maximum(...tokenCritics'],
      ['advantages are of scaled rewards', ', -1)), rewardScale)', ', -1)), 1)'],
      ['no advantage is cut', 'largestAdvantage === null ?', 'true ?'],
      ['values of an earlier model stay', 'if (existsSync(path)) rmSync(path);', ''],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/likelihood-loss.ts',
    ['language/likelihood-loss.test'],
    [
      ['entropy is taken away', '-entropyWeight', 'entropyWeight'],
      ['the z-loss is not squared', 'tf.square(values)', 'values'],
      [
        'labels are smoothed towards the chosen token',
        'tf.sub(chosen, tf.mean(logits, 1))',
        'tf.sub(tf.mean(logits, 1), chosen)',
      ],
    ],
  ),
  ...mutate(
    'packages/runtime/src/operations/soft-values.ts',
    ['operations/operations.test'],
    [['the label has the slope of the others', 'tf.tensorScatterUpdate(others, places, label)', 'others']],
  ),
  ...mutate(
    'packages/eval/src/text/bleu.ts',
    ['text/text.test'],
    [
      ['the longer of two nearest references counts', 'other < best', 'other > best'],
      ['short texts are not punished', 'length >= nearest ? 1', 'true ? 1'],
      ['single tokens are smoothed, too', 'length > 1 ? 1', 'length > 0 ? 1'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/adapters.ts',
    ['language/adapters.test'],
    [
      ['alpha is the rank', 'loraAlpha ?? 2 * rank', 'loraAlpha ?? rank'],
      ['only the first target gets adapters', 'targetModules.map(', 'targetModules.slice(0, 1).map('],
      ['biases train beside adapters', "['**.lora_*']", "['**.lora_*', '**.c_attn.bias']"],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/model-config.ts',
    ['language/adapters.test'],
    [['adapters have no dropout', 'lora: adapters.config', 'lora: { ...adapters.config, dropout: 0 }']],
  ),
  ...mutate(
    'packages/algos/src/kinds/language-model.ts',
    ['language/adapters.test'],
    [
      [
        'a result is merged with another scale',
        'mergeLora(whole, adapters.config.alpha)',
        'mergeLora(whole, 1)',
      ],
    ],
  ),
  ...mutate(
    'packages/models/src/lora/load-adapter.ts',
    ['language/adapters.test'],
    [['loaded adapters are merged with another scale', 'adapted, settings.alpha', 'adapted, settings.rank']],
  ),
  ...mutate(
    'packages/algos/src/ingredients/language/initial-values.ts',
    ['algorithms/ilql.test'],
    [
      [
        'values keep the scale of the rewards that they were learned from',
        'rewardScale / known.rewardScale',
        '1',
      ],
      ['first layers are scaled, too', "path.startsWith('1/')", 'true'],
    ],
  ),
  ...mutate(
    'packages/models/src/lora/load-adapter.ts',
    ['algorithms/ilql.test', 'algorithms/reward-model.test'],
    [
      ['heads stay behind where adapters are merged', ', ...headsOf(heads, model.config)', ''],
      ['heads are not saved beside adapters', 'saveHeads(folder, heads)', 'saveHeads(folder, {})'],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/hold-out-completions.ts',
    ['completions/preferences.test'],
    [['pairs of one prompt are on both sides', 'completions.group?.(i) ?? ', '']],
  ),
];
