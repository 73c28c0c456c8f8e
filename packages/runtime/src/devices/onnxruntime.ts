import { createRequire } from 'node:module';
import type { ColumnArray } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import type { InferenceSession } from 'onnxruntime-node';
import { packState } from '../compile/pack-state';
import { ports } from '../compile/ports';
import type { Executable, NoiseSource, Program } from '../compile/program';
import { traceProgram } from '../compile/trace-program';
import { lowerGraph } from '../onnx/lower-graph';
import { writeModel } from '../onnx/model-writer';
import type { Graph } from '../trace/graph';
import { trace } from '../trace/trace';
import type { Device } from './device';
import { processorFacts } from './device-facts';
import { explainMemory } from './explain-memory';
import { FastestChoice } from './fastest-choice';
import { importOnnxRuntime } from './import-onnxruntime';
import { inputBuffers, outputBuffers } from './io-buffers';
import { type BoundStep, bindStep } from './onnxruntime-step';
import { checkSameState, StateBuffers } from './state-buffers';

type Ort = typeof import('onnxruntime-node');

const WHERE = 'runtime/devices';

/** How an onnxruntime device runs its graphs. */
export interface OnnxRuntimeOptions {
  /** Execution provider of onnxruntime: `cpu`, `cuda`, `webgpu`, `coreml`, `dml`. */
  readonly provider: string;
  /** Threads inside one operation, or several numbers to choose from by speed. */
  readonly threads: number | readonly number[];
}

/** Opens the device that compiles programs to onnxruntime; rejects with onnxruntime's error if it cannot run. */
export async function openOnnxRuntime({ provider, threads }: OnnxRuntimeOptions): Promise<Device> {
  const ort = await importOnnxRuntime();
  const version = createRequire(import.meta.url)('onnxruntime-node/package.json').version as string;
  const choices = [threads].flat().flatMap(waysToRun);
  if (provider !== 'cpu') await tryProvider(ort, provider);
  return {
    name: provider,
    description: `onnxruntime ${version}, ${provider}`,
    isCompiled: true,
    facts: () => ({ engine: 'onnxruntime', version, ...(provider === 'cpu' ? processorFacts() : {}) }),
    compile: (program) => explainMemory(WHERE, () => compile(ort, program, provider, choices)),
  };
}

/** How many threads share an operation, and whether they spin while waiting for the next one. */
interface WayToRun {
  readonly threads: number;
  readonly isAwake: boolean;
}

/**
 * Spinning threads start at once, but sometimes do nothing but wait for seconds; sleeping ones always take an eighth
 * longer. So both are tried.
 */
function waysToRun(threads: number): WayToRun[] {
  const asleep = { threads, isAwake: false };
  return threads === 1 ? [asleep] : [asleep, { threads, isAwake: true }];
}

/** Runs a graph of one operation: a provider may be listed and still lack its driver or libraries. */
async function tryProvider(ort: Ort, provider: string): Promise<void> {
  const graph = trace((tracer) => ({ y: tf.square(tracer.input('x', { shape: [1], dtype: 'float32' })) }));
  const session = await createSession(ort, graph, provider, { threads: 1, isAwake: false });
  await session.run({ x: new ort.Tensor('float32', new Float32Array(1), [1]) });
  await session.release();
}

async function compile<Variant extends string>(
  ort: Ort,
  program: Program<Variant>,
  provider: string,
  choices: readonly WayToRun[],
): Promise<Executable<Variant>> {
  const traced = traceProgram(program);
  const names = Object.keys(traced) as Variant[];
  const { graphs, packs } = packState(names.map((name) => traced[name].graph));
  const changed = new Set(graphs.flatMap((graph) => [...graph.outputs.keys()]));
  const state = new StateBuffers(program.state, packs, changed);
  const inputs = inputBuffers(program);
  let frozen = program.frozen ?? {};
  const tensor = (data: ColumnArray, shape: readonly number[]) =>
    data instanceof Uint8Array
      ? new ort.Tensor('uint8', data, shape)
      : new ort.Tensor('float32', data, shape);

  const variants = new Map<Variant, ChoiceOfSteps>();
  for (const [i, name] of names.entries()) {
    const graph = graphs[i]!;
    const outputs = outputBuffers(graph);
    const bind = async (way: WayToRun) => {
      const session = await createSession(ort, graph, provider, way);
      const { noise } = traced[name];
      return bindStep({ session, graph, noise, state, frozen, inputs, outputs, tensor });
    };
    // The first is compiled now, to fail early; the others when they are tried, because each needs memory of its own.
    const [first, ...others] = choices;
    const steps = [await bind(first!), ...others.map((way) => () => bind(way))];
    variants.set(name, { outputs, steps, choice: new FastestChoice(steps.length) });
  }
  return {
    inputs,
    outputs: Object.fromEntries([...variants].map(([name, { outputs }]) => [name, outputs])) as never,
    graphs: variants.size,
    run: (variant, noise) => explainMemory(WHERE, () => runFastest(variants.get(variant)!, noise)),
    readState: async () => state.read(),
    writeState: async (values) => state.write(values),
    async writeFrozen(values) {
      checkSameState(frozen, values);
      // Steps that are bound later find them here.
      frozen = values;
      for (const step of boundSteps(variants.values())) step.freeze(values);
    },
    dispose: async () => {
      for (const step of boundSteps(variants.values())) await step.dispose();
    },
  };
}

function boundSteps(variants: Iterable<ChoiceOfSteps>): BoundStep[] {
  return [...variants].flatMap(({ steps }) => steps.filter((step) => typeof step !== 'function'));
}

/** One variant with a session for each way to run it. They share all buffers, and compute the same numbers. */
interface ChoiceOfSteps {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Steps, or what compiles them. */
  readonly steps: (BoundStep | (() => Promise<BoundStep>))[];
  readonly choice: FastestChoice;
}

async function runFastest({ steps, choice }: ChoiceOfSteps, noise: NoiseSource | undefined): Promise<void> {
  const chosen = choice.next();
  let step = steps[chosen]!;
  if (typeof step === 'function') {
    step = await step();
    steps[chosen] = step;
  }
  const start = performance.now();
  await step.run(noise);
  choice.record(chosen, performance.now() - start);
}

function createSession(
  ort: Ort,
  graph: Graph,
  provider: string,
  { threads, isAwake }: WayToRun,
): Promise<InferenceSession> {
  const outputs = new Map([...graph.outputs].map(([name, value]) => [ports.next(name), value]));
  return ort.InferenceSession.create(writeModel(lowerGraph({ ...graph, outputs })), {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Planning one block of memory for all of a graph's values holds more of it at once than asking for each.
    enableMemPattern: false,
    // Fatal only: failures are reported as errors, and a provider that is only being tried may fail.
    logSeverityLevel: 4,
    // Spin between operations, but not between runs: threads of other sessions would have to share their core.
    extra: { session: isAwake ? { force_spinning_stop: '1' } : { intra_op: { allow_spinning: '0' } } },
  });
}
