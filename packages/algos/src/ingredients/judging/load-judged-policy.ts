import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { classCount, isClass } from '@lamo/data';
import { importOnnxRuntime } from '@lamo/runtime';
import { z } from 'zod';
import type { Loaded, LoadObserver } from '../../engine/algorithm';
import { findOutside } from '../../kinds/action-bounds';
import type { DatasetSpec } from '../../kinds/dataset';
import { describePolicy, isDiscrete, POLICY_FILE } from '../../kinds/policy';
import { createSession, type OnnxSession } from '../../policy-file/create-session';
import { batchActions } from '../batch-actions';
import { checkPolicyFile } from './check-policy-file';

/** The setting of every algorithm that judges a policy. */
export const judgedPolicyConfig = {
  policy: z
    .string()
    .nullable()
    .default(null)
    .describe('Policy to judge: a policy.onnx, or the folder of a run that has one'),
};

/** A policy of a file, for whatever data. It holds no memory between two calls. */
export interface JudgedPolicy extends Loaded {
  /** SHA-256 of the file. */
  readonly identity: string;
  /**
   * Asks the policy what it does.
   *
   * @param observations [n, O] raw
   * @returns [n, A] as batches have them: between −1 and 1, or a column for each class
   * @throws LamoError `policy-mismatch` if it takes actions that the data's actuator cannot
   */
  act(observations: Float32Array): Promise<Float32Array>;
  /**
   * Asks a policy that chooses the class with the highest score how likely each class is by softmax of the scores.
   *
   * @param observations [n, O] raw
   * @returns logarithms of the probabilities [n, classes]
   * @throws LamoError `no-scores` if its file has none
   * @default it cannot be asked
   */
  logProbabilities?(observations: Float32Array): Promise<Float32Array>;
}

/**
 * Opens the policy that is to be judged, and checks that it fits the data. It acts on the host, on one thread: the same
 * observations give the same actions to the last bit.
 *
 * @throws LamoError `missing-policy`, `file-not-found`, `policy-mismatch`
 */
export async function loadJudgedPolicy(
  spec: DatasetSpec,
  { policy }: { readonly policy: string | null },
  observer: LoadObserver = {},
): Promise<JudgedPolicy> {
  const path = locate(policy);
  return openJudgedPolicy(spec, readFileSync(path), path, observer);
}

/**
 * Opens a policy as {@link loadJudgedPolicy}, by the bytes of its file.
 *
 * @param path what errors call it
 * @throws LamoError `policy-mismatch`
 */
export async function openJudgedPolicy(
  spec: DatasetSpec,
  file: Uint8Array,
  path: string,
  observer: LoadObserver = {},
): Promise<JudgedPolicy> {
  await withSession(path, file, async (session) => checkPolicyFile(path, session, spec));
  const ask = (observations: Float32Array, output: Output) =>
    withSession(path, file, (session) => askAll(path, session, { observations, output }, spec, observer));
  const actions = { name: 'actions', width: isDiscrete(spec) ? 1 : spec.actionSize };
  const scores = { name: 'scores', width: spec.actionSize };
  return {
    identity: createHash('sha256').update(file).digest('hex'),
    act: async (observations) => toBatchForm(path, await ask(observations, actions), spec),
    logProbabilities: async (observations) => logSoftmax(await ask(observations, scores), scores.width),
  };
}

function locate(policy: string | null): string {
  const problem =
    policy === null ? 'It is not said which policy is to be judged' : `'${policy}' does not exist`;
  const stats = policy === null ? undefined : statSync(policy, { throwIfNoEntry: false });
  const path = policy === null || !stats?.isDirectory() ? policy : join(policy, POLICY_FILE);
  if (path !== null && statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  throw new LamoError({
    where: 'algos/judged-policy',
    code: policy === null ? 'missing-policy' : 'file-not-found',
    problem: path === policy ? problem : `${policy} has no ${POLICY_FILE}`,
    expected: `policy (--policy): a ${POLICY_FILE}, or the folder of a run that has one`,
    hint:
      path === policy
        ? 'Every run of a policy writes one when it is finished.'
        : 'If it is a run of a policy, let it finish: lamo train --resume.',
  });
}

async function withSession<Result>(
  path: string,
  file: Uint8Array,
  use: (session: OnnxSession) => Promise<Result>,
) {
  const refuse = (cause: unknown) =>
    new LamoError({
      where: 'algos/judged-policy',
      code: 'policy-mismatch',
      problem: `${path} is damaged, or not an ONNX model that can be run`,
      expected: 'a policy as a run writes it, or one of your own with the same inputs',
      received: `a file of ${file.length} bytes`,
      hint: `Copy it again from where it was written, or name another. onnxruntime says: ${(cause as Error).message}`,
      cause,
    });
  const session = await createSession(await importOnnxRuntime(), file, 1, refuse);
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** Rows that are asked about at once, unless the file says how many it takes. */
const ROWS = 1024;

/** What is asked of a policy's file, and how many numbers it gives for each observation. */
interface Output {
  readonly name: string;
  readonly width: number;
}

/** An output for all observations, as the file gives it: [n · width]. */
async function askAll(
  path: string,
  session: OnnxSession,
  { observations, output }: { readonly observations: Float32Array; readonly output: Output },
  spec: DatasetSpec,
  { onActions, signal }: LoadObserver,
): Promise<Float32Array> {
  const { Tensor } = await importOnnxRuntime();
  const { observationSize } = spec;
  const { name, width } = output;
  if (!session.outputNames.includes(name)) throw noScores(path, name);
  const total = observations.length / observationSize;
  const actions = new Float32Array(total * width);
  const [fixed] = (session.inputMetadata[0] as { readonly shape: readonly unknown[] }).shape;
  const rows = typeof fixed === 'number' && fixed > 0 ? fixed : Math.min(ROWS, total);
  // All calls are of the same size, filled up with zeros: another one might be rounded otherwise.
  const input = new Float32Array(rows * observationSize);
  for (let start = 0; start < total; start += rows) {
    signal?.throwIfAborted();
    const count = Math.min(rows, total - start);
    input.fill(0).set(observations.subarray(start * observationSize, (start + count) * observationSize));
    const outputs = await session.run(
      { observations: new Tensor('float32', input, [rows, observationSize]) },
      [name],
    );
    const { dims, data } = outputs[name]!;
    // Dimensions that a file leaves open show only now: rows of another width would be read shifted.
    if (dims.length !== 2 || dims[0] !== rows || dims[1] !== width)
      throw unfit(path, `gives ${name} of another shape`, `[${rows}, ${width}]`, `[${dims.join(', ')}]`);
    actions.set((data as Float32Array).subarray(0, count * width), start * width);
    onActions?.({ rows: start + count, total });
  }
  return actions;
}

function noScores(path: string, name: string): LamoError {
  return new LamoError({
    where: 'algos/judged-policy',
    code: 'no-scores',
    problem: `The policy of ${path} does not say how likely it is to act in one way or another`,
    expected: `an output ${name} [B, classes], as policies of classes have`,
    hint: 'Judge what it does: leave out the probabilities by softmax.',
  });
}

/** Logarithms of the softmax of each row, in double precision. */
function logSoftmax(scores: Float32Array, width: number): Float32Array {
  const logarithms = new Float32Array(scores.length);
  for (let at = 0; at < scores.length; at += width) {
    const row = scores.subarray(at, at + width);
    const most = Math.max(...row);
    const sum = row.reduce((total, score) => total + Math.exp(score - most), 0);
    for (let i = 0; i < width; i++) logarithms[at + i] = row[i]! - most - Math.log(sum);
  }
  return logarithms;
}

/** Checks raw actions, and brings them into the form of batches. */
function toBatchForm(path: string, actions: Float32Array, spec: DatasetSpec): Float32Array {
  const classes = classCount(spec);
  const wrong = actions.findIndex((action) =>
    classes === undefined ? !Number.isFinite(action) : !isClass(action, classes),
  );
  if (wrong !== -1) {
    const expected = classes === undefined ? 'finite numbers' : `classes from 0 to ${classes - 1}`;
    throw unfit(
      path,
      classes === undefined ? 'gives an action that is not a number' : 'chooses a class that does not exist',
      expected,
      String(actions[wrong]),
    );
  }
  if (classes !== undefined) return batchActions(actions, spec);
  const { actionSize } = spec;
  const { columns, allowed, found } = findOutside(
    { actions, actionSize },
    describePolicy(spec).actionBounds!,
  );
  if (columns.length > 0) throw unfit(path, 'takes actions outside of the range of the data', allowed, found);
  return batchActions(actions, spec);
}

function unfit(path: string, what: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'algos/judged-policy',
    code: 'policy-mismatch',
    problem: `The policy of ${path} ${what}`,
    expected,
    received,
    hint: 'Judge it on data of the same task, and give the same actionLow and actionHigh as for its training.',
  });
}
