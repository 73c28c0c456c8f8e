import type { ColumnArray } from '@lamo/core';
import { inputOf, outputOf } from '../compile/ports';
import type { Executable, NoiseSource, Program } from '../compile/program';
import { traceProgram } from '../compile/trace-program';
import type { PjrtBuffer } from '../pjrt/buffer';
import type { PjrtClient } from '../pjrt/client';
import type { PjrtExecutable } from '../pjrt/executable';
import type { Precision } from '../stablehlo/emitter';
import { lowerGraph, type StableHloFunction } from '../stablehlo/lower-graph';
import { moduleText } from '../stablehlo/module-text';
import { compileCached, type OnWarning } from './compiled-cache';
import { fillNoise, type NoiseBuffer, noiseBuffers } from './host-noise';
import { inputBuffers, outputBuffers } from './io-buffers';
import { XlaBuffers } from './xla-buffers';

/** Compiles every variant of a program with XLA. */
export async function compileXla<Variant extends string>(
  client: PjrtClient,
  program: Program<Variant>,
  precision: Precision,
  onWarning?: OnWarning,
): Promise<Executable<Variant>> {
  const traced = traceProgram(program);
  const state = new XlaBuffers(client, 'state', program.state);
  const frozen = new XlaBuffers(client, 'frozen', program.frozen ?? {});
  const inputs = inputBuffers(program);
  const steps = new Map<Variant, XlaStep>();
  for (const name of Object.keys(traced) as Variant[]) {
    const { graph, noise } = traced[name];
    const lowered = lowerGraph(graph, { precision, donate: true });
    const { donated } = lowered;
    const executable = await compileCached(
      client,
      moduleText(lowered.text),
      { name: `'${name}'`, donated },
      onWarning,
    );
    const buffers = { inputs, noise: noiseBuffers(noise), outputs: outputBuffers(graph) };
    steps.set(name, new XlaStep(client, { executable, lowered, state, frozen, ...buffers }));
  }
  return {
    inputs,
    outputs: Object.fromEntries([...steps].map(([name, { outputs }]) => [name, outputs])) as never,
    graphs: steps.size,
    run: (variant, noise) => steps.get(variant)!.run(noise),
    readState: () => state.read(),
    writeState: async (values) => state.write(values),
    writeFrozen: async (values) => frozen.write(values),
    async dispose() {
      for (const step of steps.values()) step.dispose();
      state.dispose();
      frozen.dispose();
    },
  };
}

/** What a step is bound to. */
interface XlaStepParts {
  readonly executable: PjrtExecutable;
  readonly lowered: StableHloFunction;
  readonly state: XlaBuffers;
  readonly frozen: XlaBuffers;
  readonly inputs: Readonly<Record<string, ColumnArray>>;
  readonly noise: readonly NoiseBuffer[];
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

/** One variant of a program. Inputs and noise are copied to the device for every run. */
export class XlaStep {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly #client: PjrtClient;
  readonly #parts: XlaStepParts;
  readonly #constants: readonly PjrtBuffer[];
  readonly #noise: ReadonlyMap<string, Float32Array>;

  constructor(client: PjrtClient, parts: XlaStepParts) {
    this.#client = client;
    this.#parts = parts;
    const { lowered, noise, outputs } = parts;
    this.outputs = outputs;
    this.#constants = lowered.constants.map(({ tensor, values }) => client.upload(values, tensor.shape));
    this.#noise = new Map(noise.map(({ name, data }) => [name, data]));
  }

  async run(source: NoiseSource | undefined): Promise<void> {
    const { lowered, executable, state, frozen, inputs, noise } = this.#parts;
    const fed: PjrtBuffer[] = [];
    const upload = (data: ColumnArray, shape: readonly number[]) => {
      const buffer = this.#client.upload(data, shape);
      fed.push(buffer);
      return buffer;
    };
    fillNoise(noise, source);
    const args = lowered.inputs.map(({ port, type: { shape } }) => {
      const kept = state.get(port) ?? frozen.get(port);
      return kept ?? upload(this.#noise.get(port) ?? inputs[inputOf(port)!]!, shape);
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
