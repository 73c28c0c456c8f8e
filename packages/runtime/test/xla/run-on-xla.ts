import { jaxPath } from '../../../../test/fixtures';
import { type PythonServer, startPython } from '../../../../test/python-server';
import { lowerGraph } from '../../src/stablehlo/lower-graph';
import { moduleText } from '../../src/stablehlo/module-text';
import type { ElementType } from '../../src/stablehlo/types';
import type { RunFunction } from '../run-compiled';
import { type RunGraph, traceFunction } from '../run-graph';

let server: Promise<PythonServer | undefined> | undefined;

/** Lowers a function to StableHLO and runs it with XLA's compiler for processors; undefined where there is no Python with JAX. */
export const runOnXla: RunFunction | undefined = jaxPath() === undefined ? undefined : run;

async function run(...[fn, operands]: Parameters<RunFunction>): ReturnType<RunFunction> {
  const { graph, results } = traceFunction(fn, operands);
  const feeds = Object.fromEntries(operands.map(({ values }, i) => [String(i), values]));
  const [numbers] = await runGraph(graph, feeds);
  return results.map((result, i) => ({ ...result, values: numbers![`y${i}`]! }));
}

/** Runs a graph with XLA's compiler for processors; undefined where there is no Python with JAX. */
export const runGraphOnXla: RunGraph | undefined = jaxPath() === undefined ? undefined : runGraph;

async function runGraph(...[graph, ...feeds]: Parameters<RunGraph>): ReturnType<RunGraph> {
  const { text, inputs, constants, outputs } = lowerGraph(graph);
  const runs = feeds.map(async (each) => {
    const results = await compute(moduleText(text), [
      ...inputs.map(({ port, type }) => ({ ...type, data: each[port]! })),
      ...constants.map(({ tensor, values }) => ({ ...tensor, data: values })),
    ]);
    return Object.fromEntries(outputs.map(({ port }, i) => [port, results[i]!]));
  });
  return Promise.all(runs);
}

/** An argument of a program: what it is, and its numbers. */
interface Argument {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
}

/** Compiles and runs the text of a module; its results as floats. */
export async function compute(text: string, args: readonly Argument[]): Promise<Float32Array[]> {
  const script = new URL('./xla_server.py', import.meta.url);
  server ??= startPython(script, { executable: jaxPath()!, showErrors: true });
  const { results, error } = await (await server)!.ask({
    text,
    arguments: args.map(({ shape, type, data }) => ({
      ...{ shape, type },
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    })),
  });
  if (error !== undefined) throw new Error(`${error}\n${text}`);
  return (results as string[]).map((result) => {
    const bytes = Uint8Array.from(Buffer.from(result, 'base64'));
    return new Float32Array(bytes.buffer);
  });
}
