import { basename } from 'node:path';
import { type ColumnArray, LamoError } from '@lamo/core';
import { inputOf, outputOf } from '../compile/ports';
import type { Executable, NoiseSource, Program } from '../compile/program';
import { type NoiseDraw, traceProgram } from '../compile/trace-program';
import type { PjrtBuffer } from '../pjrt/buffer';
import type { PjrtClient } from '../pjrt/client';
import type { PjrtExecutable } from '../pjrt/executable';
import { openPjrt } from '../pjrt/open-pjrt';
import type { Precision } from '../stablehlo/emitter';
import { lowerGraph, type StableHloFunction } from '../stablehlo/lower-graph';
import { moduleText } from '../stablehlo/module-text';
import { sizeOf } from '../tree';
import { compileCached } from './compiled-cache';
import type { Device, DevicePrecision } from './device';
import { type DeviceFacts, processorFacts } from './device-facts';
import { missingNoise } from './missing-noise';
import { XlaBuffers } from './xla-buffers';
import { compileXlaLoop } from './xla-loop';

/** How an XLA device runs its programs. */
export interface XlaOptions {
  /** What was asked for: `xla:cuda`. */
  readonly name: string;
  /** The library of a PJRT plug-in. */
  readonly plugin: string;
  /** What the plug-in has to compute on. @default whatever it is for */
  readonly platform?: 'cuda' | 'cpu' | undefined;
  /** How products of float matrices are computed. @default 'float32' */
  readonly precision?: DevicePrecision;
  /** Part of a GPU's memory that may be taken. @default as much as there is, as it is needed */
  readonly memoryFraction?: number;
}

/**
 * Opens the device that compiles programs with XLA, through a PJRT plug-in.
 *
 * @throws LamoError as {@link openPjrt} does; `device-unavailable` if the plug-in is for another platform
 */
export async function openXla(options: XlaOptions): Promise<Device> {
  const { name, plugin, platform, precision = 'float32', memoryFraction } = options;
  // What fails is thrown. XLA's own log is of no use beside that, and long; whoever wants it sets this variable.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  const isForGpu = /cuda|rocm|gpu/i.test(basename(plugin));
  const client = await openPjrt(plugin, {
    // GPUs' plug-ins would take three quarters of the card at once.
    ...(isForGpu ? { preallocate: false } : {}),
    ...(memoryFraction === undefined ? {} : { memoryFraction }),
  });
  if (platform !== undefined && !PLATFORMS[platform].includes(client.platform))
    throw otherPlatform(name, client);
  const fast = client.platform === 'cpu' ? 'float32' : 'tf32';
  return xlaDevice(client, name, precision === 'fast' ? fast : precision);
}

/** How plug-ins name what they compute on; older ones for NVIDIA GPUs say only that it is a GPU. */
const PLATFORMS: Readonly<Record<'cuda' | 'cpu', readonly string[]>> = {
  cuda: ['cuda', 'gpu'],
  cpu: ['cpu'],
};

function xlaDevice(client: PjrtClient, name: string, precision: Precision): Device {
  const { platform, interfaceVersion, devices } = client;
  return {
    name,
    description: `XLA, ${platform} (${devices[0]!.kind}), PJRT ${interfaceVersion}, ${precision}`,
    isCompiled: true,
    precision,
    get exact() {
      return precision === 'float32' ? this : xlaDevice(client, name, 'float32');
    },
    facts: () => xlaFacts(client),
    compile: (program) => compile(client, program, precision),
    freeMemory() {
      const memory = devices[0]!.memory();
      return memory?.limit === undefined ? undefined : memory.limit - memory.used;
    },
    compileLoop: (program, cycle, length) => compileXlaLoop(client, { program, cycle, length, precision }),
  };
}

function xlaFacts({ platform, interfaceVersion, devices }: PjrtClient): DeviceFacts {
  const known = { engine: 'XLA', version: `PJRT ${interfaceVersion}` };
  if (platform === 'cpu') return { ...known, ...processorFacts() };
  const { kind } = devices[0]!;
  const { used, limit, peak } = devices[0]!.memory() ?? {};
  return {
    ...known,
    hardware: devices.length > 1 ? `${devices.length} × ${kind}` : kind,
    ...(used === undefined || limit === undefined
      ? {}
      : { memory: { total: limit, free: limit - used, ...(peak === undefined ? {} : { peak }) } }),
  };
}

function otherPlatform(name: string, { path, platform }: PjrtClient): LamoError {
  return new LamoError({
    where: 'devices/xla',
    code: 'device-unavailable',
    problem: `The device ${name} needs another plug-in`,
    expected: name,
    received: `${path}, which is for ${platform}`,
    hint: `Check LAMO_PJRT_PLUGIN, or use --device xla.`,
  });
}

async function compile<Variant extends string>(
  client: PjrtClient,
  program: Program<Variant>,
  precision: Precision,
): Promise<Executable<Variant>> {
  const traced = traceProgram(program);
  const state = new XlaBuffers(client, 'state', program.state);
  const frozen = new XlaBuffers(client, 'frozen', program.frozen ?? {});
  const inputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]): [string, ColumnArray] => {
      const isBytes = program.bytes?.includes(name);
      return [name, isBytes ? new Uint8Array(sizeOf(shape)) : new Float32Array(sizeOf(shape))];
    }),
  );
  const steps = new Map<Variant, XlaStep>();
  for (const name of Object.keys(traced) as Variant[]) {
    const { graph, noise } = traced[name];
    const lowered = lowerGraph(graph, { precision, donate: true });
    const { donated } = lowered;
    const executable = await compileCached(client, moduleText(lowered.text), { name: `'${name}'`, donated });
    steps.set(name, new XlaStep(client, { executable, lowered, noise, state, frozen, inputs }));
  }
  return {
    inputs,
    outputs: Object.fromEntries([...steps].map(([name, { outputs }]) => [name, outputs])) as never,
    graphs: steps.size,
    run: (variant, noise) => steps.get(variant)!.run(noise),
    readState: () => state.read(),
    writeState: async (values) => state.write(values),
    async dispose() {
      for (const step of steps.values()) step.dispose();
      state.dispose();
      frozen.dispose();
    },
  };
}

/** What a step is bound to. */
interface StepParts {
  readonly executable: PjrtExecutable;
  readonly lowered: StableHloFunction;
  readonly noise: readonly NoiseDraw[];
  readonly state: XlaBuffers;
  readonly frozen: XlaBuffers;
  readonly inputs: Readonly<Record<string, ColumnArray>>;
}

/** One variant of a program. Inputs and noise are copied to the device for every run. */
class XlaStep {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly #client: PjrtClient;
  readonly #parts: StepParts;
  readonly #constants: readonly PjrtBuffer[];
  readonly #noise: ReadonlyMap<string, NoiseDraw & { readonly data: Float32Array }>;

  constructor(client: PjrtClient, parts: StepParts) {
    this.#client = client;
    this.#parts = parts;
    const { lowered, noise } = parts;
    this.#constants = lowered.constants.map(({ tensor, values }) => client.upload(values, tensor.shape));
    this.#noise = new Map(
      noise.map((draw) => [draw.name, { ...draw, data: new Float32Array(sizeOf(draw.shape)) }]),
    );
    this.outputs = Object.fromEntries(
      lowered.outputs.flatMap(({ port, type }) => {
        const name = outputOf(port);
        return name === undefined ? [] : [[name, new Float32Array(sizeOf(type.shape))]];
      }),
    );
  }

  async run(source: NoiseSource | undefined): Promise<void> {
    const { lowered, executable, state, frozen, inputs } = this.#parts;
    const fed: PjrtBuffer[] = [];
    const upload = (data: ColumnArray, shape: readonly number[]) => {
      const buffer = this.#client.upload(data, shape);
      fed.push(buffer);
      return buffer;
    };
    for (const draw of this.#noise.values()) fill(draw, source);
    const args = lowered.inputs.map(({ port, type: { shape } }) => {
      const kept = state.get(port) ?? frozen.get(port);
      const draw = this.#noise.get(port);
      return kept ?? upload(draw?.data ?? inputs[inputOf(port)!]!, shape);
    });
    const results = executable.execute([...args, ...this.#constants]);
    for (const buffer of fed) buffer.dispose();
    for (const [i, { port }] of lowered.outputs.entries()) {
      const name = outputOf(port);
      if (name === undefined) state.replace(port, results[i]!);
      else {
        await results[i]!.read(this.outputs[name]);
        results[i]!.dispose();
      }
    }
  }

  dispose(): void {
    for (const constant of this.#constants) constant.dispose();
    this.#parts.executable.dispose();
  }
}

function fill(
  { kind, rate, data }: NoiseDraw & { data: Float32Array },
  source: NoiseSource | undefined,
): void {
  if (source === undefined) throw missingNoise();
  if (kind === 'normal') source.fillNormal(data);
  else if (kind === 'uniform') source.fillUniform(data);
  else source.fillDropout(data, rate);
}
