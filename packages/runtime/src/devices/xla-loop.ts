import { inputOf, ports } from '../compile/ports';
import type { InputArray, LoopExecutable, LoopPlace, LoopProgram } from '../compile/program';
import { stackProgram } from '../compile/stack-program';
import { traceProgram } from '../compile/trace-program';
import type { PjrtBuffer } from '../pjrt/buffer';
import type { PjrtClient } from '../pjrt/client';
import type { PjrtExecutable } from '../pjrt/executable';
import type { Precision } from '../stablehlo/emitter';
import type { LoopArgument } from '../stablehlo/loop-arguments';
import { type LoopResult, type LoweredLoop, lowerLoop } from '../stablehlo/lower-loop';
import { type HostArray, sizeOf, type Tree, treeEntries } from '../tree';
import { compileCached, type OnWarning } from './compiled-cache';
import { inputBuffers } from './io-buffers';
import { XlaBuffers } from './xla-buffers';

/** Steps to compile to a loop. */
export interface XlaLoopParts {
  readonly program: LoopProgram;
  readonly cycle: readonly string[];
  readonly length: number;
  readonly precision: Precision;
  readonly onWarning?: OnWarning | undefined;
  /** States of copies of the program that take their steps at once. @default its own, alone */
  readonly copies?: readonly Tree<HostArray>[] | undefined;
}

/** Compiles a program's steps to one that takes them in a loop on the device. */
export async function compileXlaLoop(client: PjrtClient, parts: XlaLoopParts): Promise<LoopExecutable> {
  const { program, cycle, length, precision, copies } = parts;
  const whole = copies === undefined ? program : stackProgram(program, copies);
  const leaves = treeEntries(whole.state);
  const lowered = lowerLoop({
    variants: traceProgram(program),
    ...{ cycle, length, precision, copies: copies?.length },
    state: new Map(leaves.map(([path, { shape }]) => [ports.state(path), shape])),
  });
  const donated = lowered.results.flatMap((result) => (result.kind === 'state' ? [result.argument] : []));
  const name = `${length} steps in a loop`;
  const executable = await compileCached(client, lowered.text, { name, donated }, parts.onWarning);
  return new XlaLoop(client, executable, lowered, { program: whole, length });
}

class XlaLoop implements LoopExecutable {
  readonly length: number;
  readonly inputs: Readonly<Record<string, InputArray>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly outputsOf: LoopExecutable['outputsOf'];
  readonly #outputs: Float32Array;
  readonly #state: XlaBuffers;
  readonly #frozen: XlaBuffers;
  readonly #constants: ReadonlyMap<LoopArgument, PjrtBuffer>;

  constructor(
    readonly client: PjrtClient,
    readonly executable: PjrtExecutable,
    readonly lowered: LoweredLoop,
    { program, length }: Pick<XlaLoopParts, 'program' | 'length'>,
  ) {
    this.length = length;
    this.outputsOf = lowered.outputsOf;
    this.#state = new XlaBuffers(client, 'state', program.state);
    this.#frozen = new XlaBuffers(client, 'frozen', program.frozen ?? {});
    this.inputs = inputBuffers(program, length);
    const [last] = lowered.results.slice(-1);
    this.#outputs = new Float32Array(sizeOf(last!.shape));
    this.outputs = Object.fromEntries(viewsOf(last!, this.#outputs));
    this.#constants = new Map(
      lowered.arguments.flatMap((argument) =>
        argument.kind === 'constant' ? [[argument, client.upload(argument.values, argument.shape)]] : [],
      ),
    );
  }

  async run(count: number, place: LoopPlace): Promise<void> {
    const fed: PjrtBuffer[] = [];
    const args = this.lowered.arguments.map((argument) => {
      const kept = this.#keptOn(argument);
      if (kept !== undefined) return kept;
      const buffer = this.client.upload(this.#numbersOf(argument, count, place), argument.shape);
      fed.push(buffer);
      return buffer;
    });
    const results = this.executable.execute(args);
    for (const buffer of fed) buffer.dispose();
    for (const [i, result] of this.lowered.results.entries()) {
      if (result.kind === 'state') this.#state.replace(result.port, results[i]!);
    }
    const last = results.at(-1)!;
    await last.read(this.#outputs);
    last.dispose();
  }

  readState() {
    return this.#state.read();
  }

  async writeState(state: Parameters<LoopExecutable['writeState']>[0]) {
    this.#state.write(state);
  }

  async dispose() {
    for (const constant of this.#constants.values()) constant.dispose();
    this.#state.dispose();
    this.#frozen.dispose();
    this.executable.dispose();
  }

  /** What lies on the device from run to run. */
  #keptOn(argument: LoopArgument): PjrtBuffer | undefined {
    switch (argument.kind) {
      case 'state':
        return this.#state.get(argument.port);
      case 'frozen':
        return this.#frozen.get(argument.port);
      default:
        return this.#constants.get(argument);
    }
  }

  #numbersOf(argument: LoopArgument, count: number, { taken, keys }: LoopPlace) {
    switch (argument.kind) {
      case 'count':
        return Int32Array.of(count);
      case 'first':
        return BigInt64Array.of(BigInt(taken));
      case 'key':
        return BigInt64Array.from(keys);
      case 'input':
        return this.inputs[inputOf(argument.port)!]!;
      default:
        throw new Error(`no numbers for an argument of kind ${argument.kind}`);
    }
  }
}

/** The part of each output in the vector of all. */
function viewsOf(result: LoopResult, all: Float32Array): [string, Float32Array][] {
  if (result.kind !== 'outputs') throw new Error('the last result of a loop is its outputs');
  let from = 0;
  return result.outputs.map(({ name, size }) => {
    from += size;
    return [name, all.subarray(from - size, from)];
  });
}
