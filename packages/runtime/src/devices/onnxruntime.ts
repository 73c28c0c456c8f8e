import { createRequire } from 'node:module';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { packState } from '../compile/pack-state';
import type { Executable, NoiseSource, Program } from '../compile/program';
import { type NoiseDraw, traceProgram } from '../compile/trace-program';
import { RuntimeError } from '../errors';
import { lowerGraph } from '../onnx/lower-graph';
import { writeModel } from '../onnx/model-writer';
import type { Graph } from '../trace/graph';
import { sizeOf } from '../tree';
import type { Device } from './device';
import { StateBuffers } from './state-buffers';

type Ort = typeof import('onnxruntime-node');
type Tensors = Record<string, OrtTensor>;

/** How an onnxruntime device runs its graphs. */
export interface OnnxRuntimeOptions {
  /** Execution provider of onnxruntime: `cpu`, `cuda`, `webgpu`, `coreml`, `dml`. */
  readonly provider: string;
  /** Threads inside one operation. */
  readonly threads: number;
}

/** Opens the device that compiles programs to onnxruntime. */
export async function openOnnxRuntime(options: OnnxRuntimeOptions): Promise<Device> {
  const ort = await import('onnxruntime-node');
  const version = createRequire(import.meta.url)('onnxruntime-node/package.json').version as string;
  return {
    name: options.provider,
    description: `onnxruntime ${version}, ${options.provider}, ${options.threads} threads`,
    compile: (program) => compile(ort, program, options),
  };
}

async function compile<Variant extends string>(
  ort: Ort,
  program: Program<Variant>,
  options: OnnxRuntimeOptions,
): Promise<Executable<Variant>> {
  const traced = traceProgram(program);
  const names = Object.keys(traced) as Variant[];
  const { graphs, packs } = packState(names.map((name) => traced[name].graph));
  const changed = new Set(graphs.flatMap((graph) => [...graph.outputs.keys()]));
  const state = new StateBuffers(program.state, packs, changed);
  const inputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]),
  );
  const steps = new Map<Variant, Step>();
  for (const [i, name] of names.entries()) {
    const session = await createSession(ort, graphs[i]!, options);
    steps.set(name, bindStep(ort, session, graphs[i]!, traced[name].noise, state, inputs));
  }
  return {
    inputs,
    outputs: Object.fromEntries(names.map((name) => [name, steps.get(name)!.outputs])) as never,
    graphs: names.length,
    run: (variant, noise) => steps.get(variant)!.run(noise),
    readState: async () => state.read(),
    writeState: async (values) => state.write(values),
    dispose: async () => {
      for (const step of steps.values()) await step.session.release();
    },
  };
}

function createSession(ort: Ort, graph: Graph, options: OnnxRuntimeOptions): Promise<InferenceSession> {
  // Inputs and outputs share one name space in ONNX, and a state leaf is both.
  const outputs = new Map([...graph.outputs].map(([name, value]) => [NEXT + name, value]));
  return ort.InferenceSession.create(writeModel(lowerGraph({ ...graph, outputs })), {
    executionProviders: [options.provider],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    ...(process.env.PROF ? { enableProfiling: true, profileFilePrefix: '/tmp/scratch/prof' } : {}),
    // Idle workers of one session must not spin while another one runs: they would take its core.
    extra: { session: { force_spinning_stop: '1' } },
  });
}

const NEXT = 'next/';

interface Step {
  readonly session: InferenceSession;
  readonly outputs: Record<string, Float32Array>;
  run(noise: NoiseSource | undefined): Promise<void>;
}

/** Makes the tensors of one variant once: its inputs, outputs and both buffers of every state vector. */
function bindStep(
  ort: Ort,
  session: InferenceSession,
  graph: Graph,
  draws: readonly NoiseDraw[],
  state: StateBuffers,
  inputs: Readonly<Record<string, Float32Array>>,
): Step {
  const tensor = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
  const noise = draws.map(({ kind, name, shape }) => ({
    kind,
    name,
    shape,
    data: new Float32Array(sizeOf(shape)),
  }));
  const outputs: Record<string, Float32Array> = {};
  const feeds: Tensors = {};
  const fetches: Tensors = {};
  const moving: { feed?: string; fetch?: string; name: string; tensors: Map<Float32Array, OrtTensor> }[] = [];

  for (const name of session.inputNames) {
    const [kind, key] = [name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1)];
    const { shape } = graph.inputs.get(name)!;
    if (kind === 'input') feeds[name] = tensor(inputs[key]!, shape);
    else if (kind === 'noise') feeds[name] = tensor(noise[Number(key)]!.data, shape);
    else moving.push({ feed: name, name, tensors: new Map() });
  }
  for (const [name, { shape }] of graph.outputs) {
    if (!name.startsWith('output/')) {
      moving.push({ fetch: NEXT + name, name, tensors: new Map() });
      continue;
    }
    const data = new Float32Array(sizeOf(shape));
    outputs[name.slice('output/'.length)] = data;
    fetches[NEXT + name] = tensor(data, shape);
  }

  /** The tensor over a state vector, or a leaf inside it, that is kept in this buffer. */
  const tensorOver = (binding: (typeof moving)[number], which: 'current' | 'next') => {
    const buffer = state.bufferOf(binding.name)[which];
    let made = binding.tensors.get(buffer);
    if (made === undefined) {
      const isPack = binding.name.startsWith('pack/');
      const view = isPack ? { data: buffer, shape: [buffer.length] } : state.view(binding.name, which);
      made = tensor(view.data, view.shape);
      binding.tensors.set(buffer, made);
    }
    return made;
  };

  const run = async (source: NoiseSource | undefined) => {
    fillNoise(noise, source);
    for (const binding of moving) {
      if (binding.feed !== undefined) feeds[binding.feed] = tensorOver(binding, 'current');
      if (binding.fetch !== undefined) fetches[binding.fetch] = tensorOver(binding, 'next');
    }
    await session.run(feeds, fetches);
    for (const { fetch, name } of moving) {
      if (fetch === undefined) continue;
      const buffer = state.bufferOf(name);
      [buffer.current, buffer.next] = [buffer.next, buffer.current];
    }
  };
  return { session, outputs, run };
}

function fillNoise(
  draws: readonly { kind: NoiseDraw['kind']; data: Float32Array }[],
  source: NoiseSource | undefined,
): void {
  if (draws.length === 0) return;
  if (source === undefined) {
    throw new RuntimeError({
      where: 'devices',
      code: 'missing-noise',
      problem: 'The step draws noise, and run was given no source of it',
      hint: 'Pass a seeded Rng as the second argument of run.',
    });
  }
  for (const { kind, data } of draws) {
    if (kind === 'normal') source.fillNormal(data);
    else source.fillUniform(data);
  }
}
