import { readFileSync } from 'node:fs';
import type { Mlp } from '@lamo/models';
import { decodeSafetensors, type HostArray, type NoiseSource } from '@lamo/runtime';

/** A run of a reference implementation: weights before and after, and every batch and draw in between. */
export interface Recording {
  readonly config: Readonly<Record<string, number>>;
  /** The metrics that the reference logged at each step. */
  readonly metrics: readonly Readonly<Record<string, number>>[];
  /** A perceptron of the reference, weights turned from PyTorch's [out, in] to [in, out]. */
  network(when: 'init' | 'final', module: string): Mlp<HostArray>;
  /** The batch of a step under our names; rewards and terminals as [B]. */
  batch(step: number): Record<string, Float32Array>;
  /** The shapes of a batch under our names. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Hands out the recorded draws of a step in order. */
  noise(step: number): NoiseSource;
}

const NAMES = {
  observations: 'observations',
  actions: 'actions',
  rewards: 'rewards',
  next_observations: 'nextObservations',
  terminals: 'terminated',
} as const;

/** Reads a recording, `path` without its extension. */
export function readRecording(path: string): Recording {
  const { tensors } = decodeSafetensors(readFileSync(`${path}.safetensors`), path);
  const { config, metrics_per_step: metrics } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const shapes = Object.fromEntries(
    Object.entries(NAMES).map(([theirs, ours]) => {
      const { shape } = tensors.get(`step0.${theirs}`)!;
      return [ours, ours === 'rewards' || ours === 'terminated' ? [shape[0]!] : shape];
    }),
  );
  return {
    config,
    metrics,
    shapes,
    network(when, module) {
      const layers = [0, 2, 4].map((position, i) => {
        const weight = tensors.get(`${when}.${module}.net.${position}.weight`)!;
        const bias = tensors.get(`${when}.${module}.net.${position}.bias`)!;
        return [String(i), { weight: transpose(weight), bias }];
      });
      return Object.fromEntries(layers);
    },
    batch: (step) =>
      Object.fromEntries(
        Object.entries(NAMES).map(([theirs, ours]) => [ours, tensors.get(`step${step}.${theirs}`)!.data]),
      ),
    noise(step) {
      let draws = 0;
      const fill = (kind: string) => (target: Float32Array) => {
        target.set(tensors.get(`step${step}.noise${draws++}.${kind}`)!.data);
      };
      return { fillNormal: fill('normal'), fillUniform: fill('uniform'), fillDropout: fill('dropout') };
    },
  };
}

function transpose({ shape, data }: HostArray): HostArray {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c]!;
  return { shape: [columns, rows], data: turned };
}
