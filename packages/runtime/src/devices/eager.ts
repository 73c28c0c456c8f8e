import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all kernels.
import '@tensorflow/tfjs-layers';
import type { Executable, Noise, NoiseSource, Program, StepFunction } from '../compile/program';
import { withOwnGradients } from '../trace/own-gradients';
import { type HostArray, mapTree, sizeOf, type Tree, treeEntries, treeLeaves } from '../tree';
import type { Device } from './device';
import { processorFacts } from './device-facts';
import { missingNoise } from './host-noise';
import { inputBuffers } from './io-buffers';
import { checkSameState } from './state-buffers';

/** What an eager device runs on. */
export interface EagerEngine {
  /** Library that computes. */
  readonly engine: string;
  /** Version of that library. */
  readonly version: string;
  /** What else its description says. */
  readonly note?: string;
}

/**
 * A device that calls the step functions directly on a tfjs backend: the slow reference (`cpu`), or native
 * TensorFlow (`tensorflow`).
 *
 * @param name what the user asked for
 * @param backend name of the tfjs backend
 */
export function eagerDevice(name: string, backend: string, { engine, version, note }: EagerEngine): Device {
  return {
    name,
    description: [`${engine} ${version}`, ...(note === undefined ? [] : [note])].join(', '),
    isCompiled: false,
    facts: () => ({ engine, version, ...(name.endsWith('gpu') ? {} : processorFacts()) }),
    compile: async (program) => eagerExecutable(program, backend),
  };
}

function eagerExecutable<Variant extends string>(
  program: Program<Variant>,
  backend: string,
): Executable<Variant> {
  const inputs = inputBuffers(program);
  const outputs = mapValues(program.variants, () => ({})) as Record<Variant, Record<string, Float32Array>>;
  let state = onBackend(backend, () => toTensors(program.state));
  let frozen = onBackend(backend, () => toTensors(program.frozen ?? {}));
  return {
    inputs,
    outputs,
    graphs: 0,
    async run(variant, source) {
      onBackend(backend, () => {
        let fresh: tf.Tensor[] | undefined;
        tf.tidy(() => {
          const batch = mapValues(inputs, (data, name) => {
            const dtype = data instanceof Uint8Array ? 'int32' : 'float32';
            return tf.tensor(data, [...program.inputs[name]!], dtype);
          });
          const step: StepFunction = program.variants[variant];
          const outcome = withOwnGradients(() => step(state, batch, eagerNoise(source), frozen));
          for (const [key, tensor] of Object.entries(outcome.outputs)) {
            // Keep the array that callers may hold, as compiled devices do.
            const kept: Record<string, Float32Array> = outputs[variant];
            kept[key] ??= new Float32Array(tensor.size);
            kept[key].set(tensor.dataSync());
          }
          // A clone lets an unchanged leaf outlive the tensor that it came from.
          if (outcome.state !== undefined)
            fresh = treeLeaves(outcome.state).map((leaf) => tf.keep(tf.clone(leaf)));
        });
        if (fresh !== undefined) state = replaceLeaves(state, fresh);
      });
    },
    readState: async () => onBackend(backend, () => mapTree(state, toHost)),
    async writeState(values) {
      checkSameState(program.state, values);
      onBackend(backend, () => {
        state = replaceLeaves(state, treeLeaves(toTensors(values)));
      });
    },
    async writeFrozen(values) {
      checkSameState(program.frozen ?? {}, values);
      onBackend(backend, () => {
        frozen = replaceLeaves(frozen, treeLeaves(toTensors(values)));
      });
    },
    async dispose() {
      onBackend(backend, () => tf.dispose([...treeLeaves(state), ...treeLeaves(frozen)]));
    },
  };
}

/** Runs `fn` with a tfjs backend as the current one, then restores the previous one. */
function onBackend<T>(backend: string, fn: () => T): T {
  const former = tf.engine().backendName;
  void tf.setBackend(backend);
  try {
    return fn();
  } finally {
    if (former !== undefined && former !== backend) void tf.setBackend(former);
  }
}

function toTensors(state: Tree<HostArray>): Tree<tf.Tensor> {
  return mapTree(state, ({ shape, data }) => tf.tensor(data.slice(), [...shape], 'float32'));
}

function toHost(tensor: tf.Tensor): HostArray {
  return { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
}

function replaceLeaves(state: Tree<tf.Tensor>, leaves: readonly tf.Tensor[]): Tree<tf.Tensor> {
  tf.dispose(treeLeaves(state));
  const byPath = new Map(treeEntries(state).map(([path], i) => [path, leaves[i]!]));
  return mapTree(state, (_, path) => byPath.get(path)!);
}

function eagerNoise(source: NoiseSource | undefined): Noise {
  const draw =
    (fill: 'fillNormal' | 'fillUniform' | 'fillDropout') =>
    (shape: readonly number[], rate = 0) => {
      if (source === undefined) throw missingNoise();
      const data = new Float32Array(sizeOf(shape));
      source[fill](data, rate);
      return tf.tensor(data, [...shape]);
    };
  return { normal: draw('fillNormal'), uniform: draw('fillUniform'), dropout: draw('fillDropout') };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  fn: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value, key)]));
}
