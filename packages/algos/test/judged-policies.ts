import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';

/** What a policy does: outputs of observations [B, O]. */
export type Acting = (observations: tf.Tensor2D) => Readonly<Record<string, tf.Tensor>>;

/** Opens a folder for policies of a test file. @returns what writes one, and returns its path */
export function policyFolder(): (
  name: string,
  observationSize: number,
  act: Acting,
  batch?: number,
) => string {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-judged-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, observationSize, act, batch) => {
    const path = join(folder, `${name}.onnx`);
    const inputs = { observations: [batch ?? ('batch' as const), observationSize] };
    writeFileSync(
      path,
      exportOnnx({}, inputs, (_, { observations }) => act(observations as tf.Tensor2D)),
    );
    return path;
  };
}

/** Chooses the class with the highest of scores [B, n], as policies of ours do. */
export function bestOf(scores: tf.Tensor): Record<string, tf.Tensor> {
  return { actions: tf.cast(tf.expandDims(tf.argMax(scores, 1), 1), 'float32'), scores };
}
