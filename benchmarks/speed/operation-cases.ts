import { gelu, layerNorm, selfAttention, softmaxCrossEntropy } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { OperationCase } from './operation-contest';

/** The operations that are compared with PyTorch's, by name, at the sizes of a Decision Transformer and of GPT-2. */
export const operationCases: Readonly<Record<string, OperationCase>> = {
  'gelu-tanh': {
    name: 'GELU (tanh) of [3840, 512]',
    shapes: [[3840, 512]],
    fn: (x) => gelu(x!, 'tanh'),
    pytorch: ['gelu_tanh', 3840, 512],
  },
  'gelu-erf': {
    name: 'GELU (erf) of [3840, 512]',
    shapes: [[3840, 512]],
    fn: (x) => gelu(x!, 'erf'),
    pytorch: ['gelu_erf', 3840, 512],
  },
  'layer-norm': layerNormCase(3840, 128),
  'layer-norm-gpt2': layerNormCase(480, 768),
  'attention-1-head': attentionCase(64, 60, 128, 1),
  'attention-4-heads': attentionCase(64, 60, 128, 4),
  'attention-gpt2': attentionCase(8, 60, 768, 12),
  'cross-entropy-gpt2': {
    name: 'cross-entropy of [256, 50257]',
    shapes: [[256, 50_257]],
    fn: (logits) => softmaxCrossEntropy(logits!, tf.range(0, 256)),
    pytorch: ['cross_entropy', 256, 50_257],
  },
};

function layerNormCase(rows: number, width: number): OperationCase {
  return {
    name: `layer norm of [${rows}, ${width}]`,
    shapes: [[rows, width], [width], [width]],
    fn: (x, weight, bias) => layerNorm(x!, weight!, bias!),
    pytorch: ['layer_norm', rows, width],
  };
}

function attentionCase(batch: number, time: number, width: number, heads: number): OperationCase {
  return {
    name: `causal attention of [${batch}, ${time}, ${width}], ${heads} head${heads === 1 ? '' : 's'}`,
    shapes: [[batch, time, 3 * width]],
    fn: (qkv) => {
      const isLater = tf.greater(tf.range(0, time), tf.reshape(tf.range(0, time), [time, 1]));
      return selfAttention(qkv!, heads, { mask: tf.mul(tf.cast(isLater, 'float32'), -1e4) });
    },
    pytorch: ['attention', batch, time, width, heads],
  };
}
