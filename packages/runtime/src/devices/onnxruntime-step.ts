import type { ColumnArray } from '@lamo/core';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { outputOf, ports } from '../compile/ports';
import type { NoiseSource } from '../compile/program';
import type { NoiseDraw } from '../compile/trace-program';
import type { Graph } from '../trace/graph';
import { type HostArray, type Tree, treeEntries } from '../tree';
import { fillNoise, type NoiseBuffer, noiseBuffers } from './host-noise';
import type { StateBuffers } from './state-buffers';

/** One variant of a program, bound to a session and to the buffers it reads and writes. */
export interface BoundStep {
  run(noise: NoiseSource | undefined): Promise<void>;
  /** Reads other frozen numbers from now on, where they are. */
  freeze(frozen: Tree<HostArray>): void;
  dispose(): Promise<void>;
}

/** What {@link bindStep} connects. */
export interface StepParts {
  readonly session: InferenceSession;
  readonly graph: Graph;
  readonly noise: readonly NoiseDraw[];
  readonly state: StateBuffers;
  readonly frozen: Tree<HostArray>;
  readonly inputs: Readonly<Record<string, ColumnArray>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Wraps an array, without copying it. */
  readonly tensor: (data: ColumnArray, shape: readonly number[]) => OrtTensor;
}

type Tensors = Record<string, OrtTensor>;

/** Creates every tensor of a step once; running it allocates nothing outside of onnxruntime. */
export function bindStep(parts: StepParts): BoundStep {
  const { session, graph, state } = parts;
  const noise = noiseBuffers(parts.noise);
  const feeds = { ...fixedFeeds(parts, noise), ...frozenFeeds(parts, parts.frozen) };
  const fetches = fixedFetches(parts);
  const reads = statePorts(
    parts,
    session.inputNames.filter((name) => !(name in feeds)),
    (name) => name,
  );
  const changed = [...graph.outputs.keys()].filter((name) => outputOf(name) === undefined);
  const writes = statePorts(parts, changed, ports.next);

  return {
    async run(source) {
      fillNoise(noise, source);
      for (const { port, tensorOver } of reads) feeds[port] = tensorOver('current');
      for (const { port, tensorOver } of writes) fetches[port] = tensorOver('next');
      await session.run(feeds, fetches);
      for (const name of changed) state.swap(name);
    },
    freeze(frozen) {
      Object.assign(feeds, frozenFeeds(parts, frozen));
    },
    dispose: () => session.release(),
  };
}

/** Tensors over the batch and the noise: always the same arrays. */
function fixedFeeds(parts: StepParts, noise: readonly NoiseBuffer[]): Tensors {
  return feedsOver(parts, [
    ...Object.entries(parts.inputs).map(([name, data]) => [ports.input(name), data] as const),
    ...noise.map(({ name, data }) => [name, data] as const),
  ]);
}

/** Tensors over what is frozen: the same arrays until others replace them. */
function frozenFeeds(parts: StepParts, frozen: Tree<HostArray>): Tensors {
  return feedsOver(
    parts,
    treeEntries(frozen).map(([path, { data }]) => [ports.frozen(path), data] as const),
  );
}

/** Tensors over those of some arrays that the session reads. */
function feedsOver(
  { session, graph, tensor }: StepParts,
  entries: readonly (readonly [port: string, data: ColumnArray])[],
): Tensors {
  const arrays = new Map(entries);
  const names = session.inputNames.filter((name) => arrays.has(name));
  return Object.fromEntries(
    names.map((name) => [name, tensor(arrays.get(name)!, graph.inputs.get(name)!.shape)]),
  );
}

/** Tensors over the arrays for the outputs. */
function fixedFetches({ graph, outputs, tensor }: StepParts): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, data]) => {
      const port = ports.output(name);
      return [ports.next(port), tensor(data, graph.outputs.get(port)!.shape)];
    }),
  );
}

/** A state vector, or a leaf inside one, as an input or output of the session. */
interface StatePort {
  readonly port: string;
  /** The tensor over the numbers now, or over where the next ones go: one for each of two buffers that take turns. */
  readonly tensorOver: (which: 'current' | 'next') => OrtTensor;
}

function statePorts(
  { state, tensor }: StepParts,
  names: readonly string[],
  portOf: (name: string) => string,
): StatePort[] {
  return names.map((name) => {
    const made = new Map<Float32Array, OrtTensor>();
    const tensorOver = (which: 'current' | 'next') => {
      const buffer = state.bufferOf(name)[which];
      let known = made.get(buffer);
      if (known === undefined) {
        const { data, shape } = state.view(name, which);
        known = tensor(data, shape);
        made.set(buffer, known);
      }
      return known;
    };
    return { port: portOf(name), tensorOver };
  });
}
