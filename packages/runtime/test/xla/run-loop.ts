import { ports } from '../../src/compile/ports';
import type { Program } from '../../src/compile/program';
import { traceProgram } from '../../src/compile/trace-program';
import type { Precision } from '../../src/stablehlo/emitter';
import { lowerLoop } from '../../src/stablehlo/lower-loop';
import { treeEntries } from '../../src/tree';
import { compute } from './run-on-xla';

/** A run of a loop. */
export interface LoopRun {
  readonly program: Program;
  readonly cycle: readonly string[];
  readonly length: number;
  /** Numbers of every input, by name: [length, …]. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** State by port, if not the program's own. */
  readonly state?: ReadonlyMap<string, Float32Array>;
  readonly count: number;
  readonly first?: number;
  readonly key?: bigint;
  readonly precision?: Precision;
}

/** Takes steps in one loop with XLA's compiler for processors; the new state by port, and outputs by name. */
export async function runLoop({ program, cycle, length, inputs, precision, ...run }: LoopRun) {
  const entries = treeEntries(program.state);
  const lowered = lowerLoop({
    variants: traceProgram(program),
    ...{ cycle, length },
    ...(precision === undefined ? {} : { precision }),
    state: new Map(entries.map(([path, { shape }]) => [ports.state(path), shape])),
  });
  const state = run.state ?? new Map(entries.map(([path, { data }]) => [ports.state(path), data]));
  const frozen = new Map(
    treeEntries(program.frozen ?? {}).map(([path, { data }]) => [ports.frozen(path), data]),
  );
  const numbers = new Map([...state, ...frozen]);
  const results = await compute(
    lowered.text,
    lowered.arguments.map((argument) => {
      const { shape, type } = argument;
      switch (argument.kind) {
        case 'count':
          return { shape, type, data: Int32Array.of(run.count) };
        case 'first':
          return { shape, type, data: BigInt64Array.of(BigInt(run.first ?? 0)) };
        case 'key':
          return { shape, type, data: BigInt64Array.of(run.key ?? 7n) };
        case 'input':
          return { shape, type, data: inputs[argument.port.slice('input/'.length)]! };
        case 'constant':
          return { shape, type, data: argument.values };
        default:
          return { shape, type, data: numbers.get(argument.port)! };
      }
    }),
  );
  const after = new Map(state);
  const outputs: Record<string, Float32Array> = {};
  lowered.results.forEach((result, i) => {
    if (result.kind === 'state') {
      after.set(result.port, results[i]!);
      return;
    }
    let from = 0;
    for (const { name, size } of result.outputs) {
      outputs[name] = results[i]!.subarray(from, from + size);
      from += size;
    }
  });
  return { state: after, outputs, lowered };
}
