import { LamoError } from '@lamo/core';
import type { Checkpoint } from '@lamo/runtime';
import type { AnyAlgorithm, LoadObserver } from '../engine/algorithm';
import { resultParts } from '../engine/load-result';
import { type JudgedPolicy, openJudgedPolicy } from '../ingredients/judging/load-judged-policy';
import type { DatasetSpec } from '../kinds/dataset';
import type { PolicyDefinition, PolicyParts } from '../kinds/policy';

/** A checkpoint whose policy is to be judged. */
export interface JudgedCheckpoint {
  /** That made it. */
  readonly algorithm: AnyAlgorithm;
  /** What it made. */
  readonly checkpoint: Checkpoint;
  /** What errors call the policy, such as the folder of its run. */
  readonly name: string;
}

/**
 * Opens the policy of a checkpoint as `loadJudgedPolicy` opens the file that `saveResult` would write of it: the same bytes, in memory.
 *
 * @param spec of the log that it is judged by
 * @throws LamoError `not-a-policy`, `policy-mismatch`, `checkpoint-mismatch`, and what loading pre-trained weights throws
 */
export async function loadJudgedCheckpoint(
  spec: DatasetSpec,
  { algorithm, checkpoint, name }: JudgedCheckpoint,
  observer: LoadObserver = {},
): Promise<JudgedPolicy> {
  const { exportOnnx } = algorithm.result as Partial<PolicyDefinition<unknown>>;
  if (exportOnnx === undefined) throw notAPolicy(name, algorithm);
  const parts = await resultParts(algorithm, checkpoint, observer);
  return openJudgedPolicy(spec, exportOnnx(parts as PolicyParts<unknown, unknown>), name, observer);
}

function notAPolicy(name: string, { title, result }: AnyAlgorithm): LamoError {
  return new LamoError({
    where: 'algos/judged-policy',
    code: 'not-a-policy',
    problem: `${name} is of ${title}, which has no policy`,
    expected: 'a checkpoint of a policy',
    received: `one whose result is: ${result.kind.replaceAll('-', ' ')}`,
  });
}
