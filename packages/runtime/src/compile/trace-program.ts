import { LamoError } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value, ValueSpec } from '../trace/graph';
import { trace } from '../trace/trace';
import { type HostArray, mapTree, type Tree, treeEntries } from '../tree';
import { ports } from './ports';
import type { LoopProgram, StepFunction } from './program';

/** One noise input that a step asks for. */
export interface NoiseDraw {
  readonly name: string;
  readonly kind: 'normal' | 'uniform' | 'dropout';
  readonly shape: readonly number[];
  /** Of `dropout`. */
  readonly rate: number;
}

/**
 * A traced step. Inputs of the graph are state, frozen, input and noise {@link ports}; outputs are output ports, and state
 * ports of the leaves that change.
 */
export interface TracedStep {
  readonly graph: Graph;
  readonly noise: readonly NoiseDraw[];
}

/** Traces every variant of a program. */
export function traceProgram<Variant extends string>(
  program: LoopProgram<Variant>,
): Record<Variant, TracedStep> {
  const entries = Object.entries<StepFunction>(program.variants).map(([name, step]) => [
    name,
    traceStep(program, step),
  ]);
  return Object.fromEntries(entries);
}

function traceStep(program: Omit<LoopProgram, 'variants'>, step: StepFunction): TracedStep {
  const draws: NoiseDraw[] = [];
  const graph = trace((tracer) => {
    const input = (name: string, shape: readonly number[]) => tracer.input(name, { shape, dtype: 'float32' });
    const draw =
      (kind: NoiseDraw['kind']) =>
      (shape: readonly number[], rate = 0) => {
        const name = ports.noise(draws.length);
        draws.push({ name, kind, shape, rate });
        return input(name, shape);
      };
    const leaves = (kind: 'state' | 'frozen') =>
      mapTree(program[kind] ?? {}, ({ shape }, path) => input(ports[kind](path), shape));
    const inputs = Object.fromEntries(
      Object.entries(program.inputs).map(([name, shape]) => [
        name,
        tracer.input(ports.input(name), specOf(program, name, shape)),
      ]),
    );
    const noise = { normal: draw('normal'), uniform: draw('uniform'), dropout: draw('dropout') };
    const outcome = step(leaves('state'), inputs, noise, leaves('frozen'));
    checkOutcome(outcome);
    return {
      ...(outcome.state === undefined ? {} : newState(program.state, outcome.state)),
      ...Object.fromEntries(
        Object.entries(outcome.outputs).map(([name, tensor]) => [
          ports.output(name),
          tf.cast(tensor, 'float32'),
        ]),
      ),
    };
  });
  return { graph: withoutUnchangedState(graph), noise: draws };
}

function specOf(
  { bytes, integers }: Pick<LoopProgram, 'bytes' | 'integers'>,
  name: string,
  shape: readonly number[],
): ValueSpec {
  return integers?.includes(name) ? { shape, dtype: 'int32' } : inputSpec(shape, bytes?.includes(name));
}

/** What a step sees of an input: bytes become integers, which is what tensors can have. */
export function inputSpec(shape: readonly number[], isBytes = false): ValueSpec {
  return isBytes ? { shape, dtype: 'int32', stored: 'uint8' } : { shape, dtype: 'float32' };
}

/** A step is traced synchronously: an async one returns before it has done anything. */
function checkOutcome(outcome: unknown): void {
  if (typeof outcome === 'object' && outcome !== null && 'outputs' in outcome) return;
  throw new LamoError({
    where: 'runtime/compile',
    code: 'not-an-outcome',
    problem: 'A step function returned no outputs',
    expected: '{ state, outputs }, not a promise',
    received: outcome instanceof Promise ? 'a promise' : String(outcome),
    hint: 'Steps cannot be async: load what they need beforehand, and read values after the run.',
  });
}

/** Checks that a step returned the state it was given, leaf by leaf. */
function newState(before: Tree<HostArray>, after: Tree<tf.Tensor>): Record<string, tf.Tensor> {
  const returned = new Map(treeEntries(after));
  const entries = treeEntries(before).map(([path, { shape }]) => {
    const tensor = returned.get(path);
    returned.delete(path);
    if (tensor?.shape.join() !== shape.join() || tensor.dtype !== 'float32') {
      throw stateMismatch(path, shape, tensor);
    }
    return [ports.state(path), tensor] as const;
  });
  const [extra] = returned;
  if (extra !== undefined) throw stateMismatch(extra[0], undefined, extra[1]);
  return Object.fromEntries(entries);
}

function stateMismatch(
  path: string,
  shape: readonly number[] | undefined,
  tensor: tf.Tensor | undefined,
): LamoError {
  return new LamoError({
    where: 'runtime/compile',
    code: 'state-mismatch',
    problem: `The state that a step returned differs from the one it was given, at '${path}'`,
    expected: shape === undefined ? 'no such leaf' : `float32 [${shape.join(', ')}]`,
    received: tensor === undefined ? 'nothing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`,
  });
}

function withoutUnchangedState(graph: Graph): Graph {
  const isUnchanged = (name: string, value: Value) => graph.inputs.get(name) === value;
  const outputs = new Map([...graph.outputs].filter(([name, value]) => !isUnchanged(name, value)));
  return { ...graph, outputs };
}
