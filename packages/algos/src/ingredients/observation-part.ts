import { LamoError, nearest, type ObservationPart } from '@lamo/core';
import { observationParts } from '@lamo/data';
import * as tf from '@tensorflow/tfjs-core';
import type { DatasetSpec } from '../kinds/dataset';

/**
 * Reads the columns of observations that have a name: a goal, a task.
 *
 * @param observations [B, O], or windows [B, K, O]
 * @returns [B, width], or [B, K, width]
 * @throws LamoError `unknown-part`, which names those that the data have
 * @example
 * const goal = observationPart(spec, batch.observations, 'goal');
 */
export function observationPart(
  spec: Pick<DatasetSpec, 'observationSpace'>,
  observations: tf.Tensor,
  name: string,
): tf.Tensor {
  const part = findPart(spec, name);
  const { shape } = observations;
  const begin = shape.map((_, axis) => (axis === shape.length - 1 ? part.start : 0));
  const size = shape.map((length, axis) => (axis === shape.length - 1 ? part.end - part.start : length));
  return tf.slice(observations, begin, size);
}

/** Finds the columns of observations that have a name. @throws LamoError `unknown-part`, which names those that the data have */
export function findPart(spec: Pick<DatasetSpec, 'observationSpace'>, name: string): ObservationPart {
  const parts = observationParts(spec);
  if (Object.hasOwn(parts, name)) return parts[name]!;
  throw unknownPart(name, Object.keys(parts));
}

function unknownPart(name: string, names: readonly string[]): LamoError {
  const near = nearest(name, names);
  return new LamoError({
    where: 'algos/observation-part',
    code: 'unknown-part',
    problem: `The observations of these data have no part '${name}'`,
    expected:
      names.length === 0
        ? 'names for their columns: observationSpace of createDataset or readD4rl'
        : names.join(', '),
    received: name,
    ...(near === undefined ? {} : { hint: `Did you mean '${near}'?` }),
  });
}
