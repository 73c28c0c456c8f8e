import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { NoiseSource } from '../compile/program';
import type { NoiseDraw } from '../compile/trace-program';
import type { Graph } from '../trace/graph';
import { sizeOf } from '../tree';
import { missingNoise } from './missing-noise';
import type { StateBuffers } from './state-buffers';

/** Prefix of the outputs of a session: inputs and outputs share one name space, and a state leaf is both. */
export const NEXT = 'next/';

/** One variant of a program, bound to a session and to the buffers it reads and writes. */
export interface BoundStep {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  run(noise: NoiseSource | undefined): Promise<void>;
  dispose(): Promise<void>;
}

/** What {@link bindStep} ties together. */
export interface StepParts {
  readonly session: InferenceSession;
  readonly graph: Graph;
  readonly noise: readonly NoiseDraw[];
  readonly state: StateBuffers;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** Wraps an array, without copying it. */
  readonly tensor: (data: Float32Array, shape: readonly number[]) => OrtTensor;
}

/** A state vector, or a leaf inside one, as an input or output of the session. */
interface StatePort {
  readonly port: string;
  readonly name: string;
  /** One tensor for each of the two buffers that take turns. */
  readonly tensors: Map<Float32Array, OrtTensor>;
}

/** Makes every tensor of a step once; running it allocates nothing but what onnxruntime does itself. */
export function bindStep(parts: StepParts): BoundStep {
  const { session, graph, state, tensor } = parts;
  const noise = parts.noise.map((draw) => ({ ...draw, data: new Float32Array(sizeOf(draw.shape)) }));
  const arrays = new Map<string, Float32Array>([
    ...Object.entries(parts.inputs).map(([name, data]) => [`input/${name}`, data] as const),
    ...noise.map(({ name, data }) => [name, data] as const),
  ]);
  const feeds: Record<string, OrtTensor> = {};
  const fetches: Record<string, OrtTensor> = {};
  const outputs: Record<string, Float32Array> = {};
  const reads: StatePort[] = [];
  const writes: StatePort[] = [];

  for (const name of session.inputNames) {
    const data = arrays.get(name);
    if (data === undefined) reads.push({ port: name, name, tensors: new Map() });
    else feeds[name] = tensor(data, graph.inputs.get(name)!.shape);
  }
  for (const [name, { shape }] of graph.outputs) {
    if (name.startsWith('output/')) {
      const data = new Float32Array(sizeOf(shape));
      outputs[name.slice('output/'.length)] = data;
      fetches[NEXT + name] = tensor(data, shape);
    } else writes.push({ port: NEXT + name, name, tensors: new Map() });
  }

  const tensorOver = ({ name, tensors }: StatePort, which: 'current' | 'next') => {
    const buffer = state.bufferOf(name)[which];
    let made = tensors.get(buffer);
    if (made === undefined) {
      const { data, shape } = state.view(name, which);
      made = tensor(data, shape);
      tensors.set(buffer, made);
    }
    return made;
  };

  return {
    outputs,
    async run(source) {
      fillNoise(noise, source);
      for (const port of reads) feeds[port.port] = tensorOver(port, 'current');
      for (const port of writes) fetches[port.port] = tensorOver(port, 'next');
      await session.run(feeds, fetches);
      for (const { name } of writes) state.swap(name);
    },
    dispose: () => session.release(),
  };
}

function fillNoise(
  draws: readonly { readonly kind: NoiseDraw['kind']; readonly data: Float32Array }[],
  source: NoiseSource | undefined,
): void {
  if (draws.length === 0) return;
  if (source === undefined) throw missingNoise();
  for (const { kind, data } of draws) {
    if (kind === 'normal') source.fillNormal(data);
    else source.fillUniform(data);
  }
}
