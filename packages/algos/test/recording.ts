import { readFileSync } from 'node:fs';
import type { Mlp } from '@lamo/models';
import { decodeSafetensors, type HostArray, type NoiseSource } from '@lamo/runtime';

/** A run of a reference implementation: weights before and after, and every batch and draw in between. */
export interface Recording {
  readonly config: Readonly<Record<string, number>>;
  /** The metrics that the reference logged at each step. */
  readonly metrics: readonly Readonly<Record<string, number>>[];
  /** The batch of a step under our names; rewards and terminals as [B]. */
  batch(step: number): Record<string, Float32Array>;
  /** The shapes of a batch under our names. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Hands out the recorded draws of a step in order. */
  noise(step: number): NoiseSource;
}

/** A recorded training on transitions. */
export interface TransitionRecording extends Recording {
  /** A perceptron of the reference, weights turned from PyTorch's [out, in] to [in, out]. */
  network(when: 'init' | 'final', module: string): Mlp<HostArray>;
  /** A parameter that belongs to no layer: `actor.log_std`. */
  tensor(when: 'init' | 'final', name: string): HostArray;
}

const NAMES = {
  observations: 'observations',
  actions: 'actions',
  rewards: 'rewards',
  next_observations: 'nextObservations',
  terminals: 'terminated',
} as const;

/** Reads a recording, `path` without its extension. */
export function readRecording(path: string): TransitionRecording {
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
      const layers = layersOf([...tensors.keys()], `${when}.${module}`).map((layer, i) => {
        const weight = turned(tensors.get(`${layer}.weight`)!);
        return [String(i), { weight, bias: tensors.get(`${layer}.bias`)! }];
      });
      return Object.fromEntries(layers);
    },
    tensor: (when, name) => tensors.get(`${when}.${name}`)!,
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

/**
 * Finds the layers of a module by their place in it: they are called `net.0`, `net.net.0` or `base_network.0`, and between
 * two of them are activations without weights.
 */
function layersOf(names: readonly string[], module: string): string[] {
  const layer = new RegExp(`^${module.replaceAll('.', '\\.')}(\\.\\w*net\\w*)+\\.(\\d+)\\.weight$`);
  const found = names.flatMap((name) => {
    const position = layer.exec(name)?.[2];
    return position === undefined
      ? []
      : [{ name: name.slice(0, -'.weight'.length), position: Number(position) }];
  });
  if (found.length === 0) throw new Error(`The recording has no layers of '${module}'`);
  return found.sort((a, b) => a.position - b.position).map(({ name }) => name);
}

/** A matrix with rows and columns exchanged; PyTorch keeps linear weights as [outputs, inputs]. */
export function turned({ shape, data }: HostArray): HostArray {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = data[r * columns + c]!;
  return { shape: [columns, rows], data: result };
}
