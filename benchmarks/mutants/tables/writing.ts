import { mutate } from '../mutant';

/** Faults of how language models write. */
export const writing = [
  ...mutate(
    'packages/models/src/gpt2/export-gpt2.ts',
    ['gpt2/export-gpt2.test'],
    [
      ['what was read before is lost', 'tf.mul(all, tf.sub(1, here))', 'tf.mul(all, 0)'],
      ['a token is put in every place', 'tf.mul(own, here)', 'own'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/grow-cache.ts',
    ['gpt2/export-gpt2.test', 'gpt2/decoder.test'],
    [['a token does not see itself', 'tf.lessEqual(', 'tf.less(']],
  ),
  ...mutate(
    'packages/models/src/gpt2/sample-token.ts',
    ['gpt2/generate.test'],
    [
      [
        'of equal tokens the last ones are left',
        'equal.slice(0, count - ids.length)',
        'equal.slice(ids.length - count)',
      ],
      ['a nucleus has one token more', 'ids.subarray(0, i + 1)', 'ids.subarray(0, i + 2)'],
      ['it is of all tokens, not of the likeliest', 'i < most; i++) sum', 'i < logits.length; i++) sum'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/decoder.ts',
    ['gpt2/batch-generator.test', 'gpt2/decoder.test'],
    [
      [
        'what is compiled keeps its weights',
        'await executable.writeFrozen(weights)',
        'await executable.graphs',
      ],
      ['a short text is read but for its last token but one', 'place < longest - 1', 'place < longest - 2'],
      ['room is made for the tokens of before', 'this.#tokens = tokens;\n    const', 'const'],
    ],
  ),
  ...mutate(
    'packages/models/src/gpt2/compile-decoder.ts',
    ['gpt2/batch-generator.test'],
    [['how strongly values steer is not compiled', '[config, strength, values', '[config, values']],
  ),
  ...mutate(
    'packages/runtime/src/devices/onnxruntime.ts',
    ['devices/device.test'],
    [
      ['ways to run that are tried later read what was frozen first', 'frozen = values;\n', ''],
      ['those that were tried do', 'step.freeze(values)', 'step.freeze({})'],
    ],
  ),
];
