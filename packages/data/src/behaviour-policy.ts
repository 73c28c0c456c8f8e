import { LamoError } from '@lamo/core';
import { findColumn, type Hdf5File, withHdf5File } from './hdf5-file';

/** A linear layer as D4RL stores it: y = weight · x + bias. */
export interface LinearWeights {
  /** Rows of {@link weight}. */
  readonly outputSize: number;
  /** Columns of {@link weight}. */
  readonly inputSize: number;
  /** [out, in] row-major */
  readonly weight: Float32Array;
  /** [out] */
  readonly bias: Float32Array;
}

/** The policy that collected a D4RL set, from `metadata/` of its file. */
export interface BehaviourPolicy {
  /** For example `SAC`. */
  readonly algorithm: string | undefined;
  /** For example `relu`. */
  readonly nonlinearity: string;
  /** For example `tanh_gaussian`. */
  readonly outputDistribution: string;
  /** By name: `fc0`, `fc1`, `last_fc` (mean) and `last_fc_log_std`. */
  readonly layers: Readonly<Record<string, LinearWeights>>;
}

/**
 * Reads the behaviour policy that D4RL's `-medium` and `-expert` files carry.
 *
 * @throws LamoError `missing-key` if the file has none (replay and random sets do not), and what `readD4rl` throws
 *   for files that cannot be opened
 */
export async function readBehaviourPolicy(path: string): Promise<BehaviourPolicy> {
  return withHdf5File(path, (file) => ({
    algorithm: file.columns.has('metadata/algorithm')
      ? findColumn(file, 'metadata/algorithm').readText()
      : undefined,
    nonlinearity: findColumn(file, 'metadata/policy/nonlinearity').readText(),
    outputDistribution: findColumn(file, 'metadata/policy/output_distribution').readText(),
    layers: readLayers(file),
  }));
}

function readLayers(file: Hdf5File): Record<string, LinearWeights> {
  const layers: Record<string, LinearWeights> = {};
  for (const key of file.columns.keys()) {
    const name = /^metadata\/policy\/([^/]+)\/weight$/.exec(key)?.[1];
    if (name) layers[name] = readLayer(file, `metadata/policy/${name}`);
  }
  return layers;
}

function readLayer(file: Hdf5File, key: string): LinearWeights {
  const weight = findColumn(file, `${key}/weight`);
  const bias = findColumn(file, `${key}/bias`);
  const [outputSize = 0, inputSize = 0] = weight.shape;
  if (weight.shape.length !== 2 || bias.shape.length !== 1 || bias.shape[0] !== outputSize) {
    throw new LamoError({
      where: 'data/d4rl',
      code: 'wrong-rank',
      problem: `\`${key}\` of ${file.path} is not a linear layer`,
      expected: 'a weight [out, in] and a bias [out]',
      received: `[${weight.shape.join(', ')}] and [${bias.shape.join(', ')}]`,
    });
  }
  return {
    outputSize,
    inputSize,
    weight: weight.read((numbers) => Float32Array.from(numbers, Number)),
    bias: bias.read((numbers) => Float32Array.from(numbers, Number)),
  };
}
