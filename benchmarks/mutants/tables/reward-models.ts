import { mutate } from '../mutant';

/** Faults of learning how good answers are, and of what that says of their tokens. */
export const rewardModels = [
  ...mutate(
    'packages/algos/src/algorithms/reward-model.ts',
    ['algorithms/reward-model.test'],
    [
      ['worse answers are preferred', 'tf.sub(chosen, rejected)', 'tf.sub(rejected, chosen)'],
      ['the text loss has no weight', 'tf.mul(textLoss, textWeight)', 'textLoss'],
      ['the text loss is added to the whole', 'tf.mul(preferenceLoss, 1 - textWeight)', 'preferenceLoss'],
      ['the likelihood is not sharpened', 'tf.mul(likelihoods, textSharpness)', 'likelihoods'],
      ['worse answers are kept likely', 'following(batch.chosen))', 'following(batch.rejected))'],
      ['equal rewards count as right', 'tf.greater(margins, 0)', 'tf.greaterEqual(margins, 0)'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/reward-head.ts',
    ['gpt2/score-texts.test', 'algorithms/reward-model.test'],
    [
      [
        'the first learned token is judged',
        'tf.range(1, mask.shape[1]! + 1, 1',
        'tf.range(mask.shape[1]!, 0, -1',
      ],
      ['the head of an earlier model stays', 'else if (existsSync(path)) rmSync(path);', ''],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/score-texts.ts',
    ['gpt2/score-texts.test'],
    [
      ['the first block’s attention is taken', 'block === config.nLayer - 1', 'block === 0'],
      [
        'tokens after the last count',
        'tf.mul(tf.expandDims(later, -1), 1e4)',
        'tf.mul(tf.expandDims(later, -1), 0)',
      ],
      ['shares are not of what is learned', 'share / total', 'share'],
      ['scores are not scaled', 'Math.sqrt(size)', '1'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/redistribute-reward.ts',
    ['gpt2/redistribute-reward.test'],
    [['what is not spread is lost', '+= (1 - share) * reward', '+= 0']],
  ),
  ...mutate(
    'packages/data/src/completions/read-pair.ts',
    ['completions/preferences.test'],
    [
      ['equal answers are read', 'if (JSON.stringify(chosen) === JSON.stringify(rejected))', 'if (false)'],
      ['messages of the prompt are not read', '[...before(given, said), ...(said as unknown[])]', 'said'],
    ],
  ),
  ...mutate(
    'packages/data/src/completions/pack-examples.ts',
    ['completions/preferences.test', 'completions/completions.test'],
    [['prompts of a pair are cut to the shorter answer', 'Math.max(...sizes', 'Math.min(...sizes']],
  ),
];
