import * as tf from '@tensorflow/tfjs-core';
import { jaxPath } from '../../../../test/fixtures';
import { type PythonServer, startPython } from '../../../../test/python-server';
import { lowerGraph } from '../../src/stablehlo/lower-graph';
import { moduleText } from '../../src/stablehlo/module-text';
import type { ElementType } from '../../src/stablehlo/types';
import { trace } from '../../src/trace/trace';
import type { RunFunction } from '../run-compiled';

let server: Promise<PythonServer | undefined> | undefined;

/** Lowers a function to StableHLO and runs it with XLA's compiler for processors; undefined where there is no Python with JAX. */
export const runOnXla: RunFunction | undefined = jaxPath() === undefined ? undefined : run;

async function run(...[fn, operands]: Parameters<RunFunction>): ReturnType<RunFunction> {
  const made: { shape: readonly number[]; dtype: string }[] = [];
  const graph = trace((tracer) => {
    const inputs = operands.map(({ shape, dtype }, i) =>
      tf.cast(tracer.input(String(i), { shape, dtype: 'float32' }), dtype),
    );
    const tensors = [fn(...inputs)].flat();
    made.push(...tensors.map(({ shape, dtype }) => ({ shape, dtype })));
    return Object.fromEntries(tensors.map((tensor, i) => [`y${i}`, tf.cast(tensor, 'float32')]));
  });
  const { text, inputs, constants } = lowerGraph(graph);
  const results = await compute(moduleText(text), [
    ...inputs.map(({ port, type }) => ({ ...type, data: operands[Number(port)]!.values })),
    ...constants.map(({ tensor, values }) => ({ ...tensor, data: values })),
  ]);
  return made.map((result, i) => ({ ...result, values: results[i]! }));
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
