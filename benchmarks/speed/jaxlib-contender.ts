import { type AnyAlgorithm, train } from '@lamo/algos';
import { type Program, treeEntries } from '@lamo/runtime';
import { ports } from '../../packages/runtime/src/compile/ports';
import { traceProgram } from '../../packages/runtime/src/compile/trace-program';
import type { LoopArgument } from '../../packages/runtime/src/stablehlo/loop-arguments';
import { type LoweredLoop, lowerLoop } from '../../packages/runtime/src/stablehlo/lower-loop';
import { python, startPython } from '../../test/python-server';
import type { AlgorithmOptions } from './algorithm-contender';
import type { Contender } from './contender';
import { idleDevice, type RecordedLoop } from './idle-device';
import { randomDataset } from './random-dataset';

/**
 * The program that one of our algorithms becomes, with the compiler that JAX itself uses and in a Python process, as JAX's own is: how
 * good is what we write, apart from which plug-in there is? Batches are drawn beforehand, which JAX does in its program.
 *
 * @throws Error if the Python has no JAX
 */
export async function jaxlibContender(
  algorithm: AnyAlgorithm,
  { config = {} }: AlgorithmOptions,
): Promise<Contender> {
  const script = new URL('../xla/jaxlib_server.py', import.meta.url);
  const server = await startPython(script, { environment: { JAX_PLATFORMS: 'cpu' } });
  if (server === undefined) throw new Error(`${python} has no jax: LAMO_BENCH_PYTHON names another`);
  const { program, cycle, inputs } = await recordLoop(algorithm, config);
  const leaves = treeEntries(program.state);
  const lowered = lowerLoop({
    variants: traceProgram(program),
    ...{ cycle, length: LENGTH },
    state: new Map(leaves.map(([path, { shape }]) => [ports.state(path), shape])),
  });
  await server.ask({ ...describe(lowered, numbersOf(program, inputs)), length: LENGTH });
  return {
    name: `our program in XLA of jaxlib ${server.greeting.jax}, cpu, float32`,
    measure: async (steps) => (await server.ask({ steps })).ms as number,
    close: async () => server.close(),
  };
}

/** Steps of one run, as many as a scan of the counterparts takes. */
const LENGTH = 40;

/** Trains on a device that takes notes instead of steps. */
async function recordLoop(algorithm: AnyAlgorithm, config: object): Promise<RecordedLoop> {
  let recorded: RecordedLoop | undefined;
  const device = await idleDevice(LENGTH, (loop) => {
    recorded = loop;
  });
  const steps = LENGTH + 1;
  const run = await train(algorithm, randomDataset(), { steps, config, device, every: steps });
  // The first step is taken by itself, and the next ones together: all inputs are filled then.
  for await (const _ of run);
  await run.dispose();
  return recorded!;
}

/** What lies under each port. */
function numbersOf(
  { state, frozen = {} }: Program,
  inputs: RecordedLoop['inputs'],
): Map<string, ArrayBufferView> {
  return new Map<string, ArrayBufferView>([
    ...treeEntries(state).map(([path, { data }]) => [ports.state(path), data] as const),
    ...treeEntries(frozen).map(([path, { data }]) => [ports.frozen(path), data] as const),
    ...Object.entries(inputs).map(([name, data]) => [ports.input(name), data] as const),
  ]);
}

function describe(
  { text, arguments: given, results }: LoweredLoop,
  numbers: ReadonlyMap<string, ArrayBufferView>,
) {
  const dataOf = (argument: LoopArgument) => {
    if (argument.kind === 'constant') return argument.values;
    return 'port' in argument ? numbers.get(argument.port) : undefined;
  };
  return {
    text,
    results,
    arguments: given.map((argument) => {
      const { kind, shape, type } = argument;
      const data = dataOf(argument);
      return { kind, shape, type, ...(data === undefined ? {} : { data: encode(data) }) };
    }),
  };
}

const encode = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
