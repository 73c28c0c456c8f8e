import { readFileSync } from 'node:fs';
import { type ColumnArray, LamoError } from '@lamo/core';
import { importOnnxRuntime } from '@lamo/runtime';
import { createSession, type OnnxRuntime, type OnnxSession, type SessionPort } from './create-session';
import type { PolicyDescription, PolicyPort } from './policy-description';
import { readPolicyDescription } from './read-policy-description';

/** What a policy computes for each of n rows. */
export interface PolicyOutputs {
  /** [n, A] in the units of the data; [n, 1] classes */
  readonly actions: Float32Array;
  /** [n, K] of every class, if actions are classes. */
  readonly scores?: Float32Array;
}

/** A policy's model, ready to be asked: the file alone, whatever it was trained with. */
export interface PolicyFile {
  /** What it is; of a file that says nothing itself what follows from its inputs and outputs. */
  readonly description: PolicyDescription;
  /** Whether the file says itself what it is. */
  readonly isDescribed: boolean;
  /**
   * Computes all rows at once, or as many at once as the file takes.
   *
   * @param inputs each of n rows, by name
   * @throws LamoError `wrong-width`
   */
  run(inputs: Readonly<Record<string, ColumnArray>>, n: number): Promise<PolicyOutputs>;
  /** Frees its memory. */
  dispose(): Promise<void>;
}

const WHERE = 'algos/policy-file';

/**
 * Opens a `policy.onnx`.
 *
 * @param threads that compute one call. @default 1: policies are small
 * @throws LamoError `file-not-found`, `damaged-file`, `policy-version`; `policy-mismatch` if the model is not a policy
 */
export async function openPolicyFile(path: string, threads = 1): Promise<PolicyFile> {
  const own = readPolicyDescription(path);
  const ort = await importOnnxRuntime();
  const session = await createSession(ort, readFileSync(path), threads, (cause) => notAModel(path, cause));
  try {
    if (own !== undefined) checkPorts(path, own, session);
    const description = own ?? describeSession(path, session);
    return {
      description,
      isDescribed: own !== undefined,
      run: (inputs, n) => runRows(ort, session, description, inputs, n),
      dispose: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Runs rows, filled up with zeros where the file takes a fixed number of them. */
async function runRows(
  { Tensor }: OnnxRuntime,
  session: OnnxSession,
  { inputs: ports }: PolicyDescription,
  inputs: Readonly<Record<string, ColumnArray>>,
  n: number,
): Promise<PolicyOutputs> {
  const fixed = ports[0]!.shape[0]!;
  const atOnce = fixed === 'batch' ? n : fixed;
  const found: PolicyOutputs[] = [];
  for (let start = 0; start < n; start += atOnce) {
    const feeds = ports.map(({ name, type, shape: [, ...row] }) => {
      const width = (row as number[]).reduce((product, length) => product * length, 1);
      const given = inputs[name];
      if (given?.length !== n * width) throw wrongWidth(name, n * width, given?.length ?? 0);
      const part = given.subarray(start * width, (start + atOnce) * width);
      const rows = part.length === atOnce * width ? part : padded(part, atOnce * width);
      return [name, new Tensor(type, rows as never, [atOnce, ...(row as number[])])] as const;
    });
    const outputs = await session.run(Object.fromEntries(feeds));
    const read = (name: string) => outputs[name]?.data as Float32Array | undefined;
    const scores = read('scores');
    found.push({ actions: read('actions')!, ...(scores && { scores }) });
  }
  return found.length === 1 && fixed === 'batch' ? found[0]! : joined(found, n, atOnce);
}

function padded(rows: ColumnArray, length: number): ColumnArray {
  const whole = rows instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  whole.set(rows);
  return whole;
}

/** One after the other, without what was filled up. */
function joined(found: readonly PolicyOutputs[], n: number, atOnce: number): PolicyOutputs {
  const join = (arrays: readonly Float32Array[]) => {
    const width = arrays[0]!.length / atOnce;
    const whole = new Float32Array(arrays.length * atOnce * width);
    for (const [i, array] of arrays.entries()) whole.set(array, i * atOnce * width);
    return whole.subarray(0, n * width);
  };
  const actions = join(found.map(({ actions }) => actions));
  if (found[0]!.scores === undefined) return { actions };
  return { actions, scores: join(found.map(({ scores }) => scores!)) };
}

/** Refuses a description of other inputs and outputs than the model has. */
function checkPorts(path: string, described: PolicyDescription, session: OnnxSession): void {
  for (const which of ['inputs', 'outputs'] as const) {
    const metadata = which === 'inputs' ? session.inputMetadata : session.outputMetadata;
    const had = wordPorts(portsOf(metadata));
    const said = wordPorts(described[which]);
    if (had === said) continue;
    throw new LamoError({
      where: WHERE,
      code: 'damaged-file',
      problem: `The description in ${path} is not that of its model: it has other ${which}`,
      expected: said,
      received: had,
      hint: 'Copy the file again from where it was written.',
    });
  }
}

const wordPorts = (ports: readonly PolicyPort[]) =>
  ports
    .map(({ name, type, shape }) => `${name} [${shape.join(', ')}] of ${type}`)
    .sort()
    .join(', ');

/** What follows from the inputs and outputs of a model that says nothing: what sees one step, that is, nothing but the sizes. */
function describeSession(path: string, session: OnnxSession): PolicyDescription {
  const [inputs, outputs] = [portsOf(session.inputMetadata), portsOf(session.outputMetadata)];
  const [observations] = inputs;
  const actions = outputs.find(({ name }) => name === 'actions');
  const scores = outputs.find(({ name }) => name === 'scores');
  const shapes = [observations, actions, scores]
    .filter((port) => port !== undefined)
    .map(({ shape }) => shape);
  const isStep = inputs.length === 1 && observations?.name === 'observations';
  const areKnown = shapes.every(([, ...row]) => row.every((length) => typeof length === 'number'));
  if (!isStep || actions?.shape.length !== 2 || !areKnown) throw saysNothing(path, inputs, outputs);
  const row = observations.shape.slice(1) as number[];
  const count = scores?.shape[1] as number | undefined;
  return {
    ...{ format: 1, lamo: 'an earlier version', inputs, outputs },
    observation: {
      size: row.reduce((product, length) => product * length, 1),
      ...(row.length === 3 && {
        space: { kind: 'image', shape: row as unknown as [number, number, number] },
      }),
    },
    action: {
      size: actions.shape[1] as number,
      ...(count !== undefined && { space: { kind: 'discrete', count } }),
    },
  };
}

/** Inputs or outputs as onnxruntime tells them. */
function portsOf(metadata: readonly object[]): PolicyPort[] {
  return (metadata as readonly SessionPort[]).map(({ name, type, shape = [] }) => ({
    ...{ name, meaning: '', type: type === 'uint8' ? 'uint8' : 'float32' },
    shape: shape.map((length) => (typeof length === 'number' && length > 0 ? length : 'batch')),
  }));
}

function saysNothing(path: string, inputs: readonly PolicyPort[], outputs: readonly PolicyPort[]): LamoError {
  const words = [...inputs, ...outputs].map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  return new LamoError({
    where: WHERE,
    code: 'policy-mismatch',
    problem: `${path} does not say what it is`,
    expected:
      'a description, as lamo writes it; or the input observations [batch, O] alone, and the output actions [batch, A]',
    received: words.join(', '),
    hint: 'If an earlier version of lamo wrote it, write it anew from its run: `saveResult` of @lamo/algos.',
  });
}

function notAModel(path: string, cause: unknown): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'damaged-file',
    problem: `${path} is damaged, or not an ONNX model that can be run`,
    expected: 'a policy as a run writes it',
    hint: `Copy it again from where it was written. onnxruntime says: ${(cause as Error).message}`,
    cause,
  });
}

function wrongWidth(name: string, expected: number, received: number): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'wrong-width',
    problem: `'${name}' does not have the numbers that the policy takes`,
    expected: `${expected}`,
    received: `${received}`,
  });
}
