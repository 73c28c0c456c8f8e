import { LamoError, type Policy, Rng } from '@lamo/core';
import type { BehaviourPolicy, LinearWeights } from '@lamo/data';

/** Options of {@link behaviourPolicy}. */
export interface BehaviourPolicyOptions {
  /** Takes the mean action instead of a random one. @default false, as D4RL collected */
  readonly deterministic?: boolean;
  /** @default 0 */
  readonly seed?: number;
}

/** rlkit's bounds of the log standard deviation. */
const [LOG_STD_MIN, LOG_STD_MAX] = [-20, 2];

/**
 * Creates the policy that collected a D4RL set from the weights in its file: two hidden layers with ReLU, and a
 * tanh-Gaussian whose deviation depends on the state (rlkit's SAC). Rolling it out checks a simulator from end to
 * end: its returns should be those of the data.
 *
 * @param weights what `readBehaviourPolicy` of `@lamo/data` returns
 * @throws LamoError `unsupported-policy` if it is of another kind
 */
export function behaviourPolicy(weights: BehaviourPolicy, options: BehaviourPolicyOptions = {}): Policy {
  const { deterministic = false, seed = 0 } = options;
  const { fc0, fc1, last_fc: meanLayer, last_fc_log_std: logStdLayer } = weights.layers;
  const isKnown = weights.nonlinearity === 'relu' && weights.outputDistribution === 'tanh_gaussian';
  if (!isKnown || !fc0 || !fc1 || !meanLayer || !logStdLayer) throw unsupported(weights);
  const rng = Rng.fromSeed(seed).split('behaviour');
  const hidden = [new Float64Array(fc0.outputSize), new Float64Array(fc1.outputSize)] as const;
  const means = new Float64Array(meanLayer.outputSize);
  const logStds = new Float64Array(means.length);
  let actions = new Float32Array(0);

  function write(observation: ArrayLike<number>, action: Float32Array): void {
    relu(linear(fc0!, observation, hidden[0]));
    relu(linear(fc1!, hidden[0], hidden[1]));
    linear(meanLayer!, hidden[1], means);
    linear(logStdLayer!, hidden[1], logStds);
    for (let i = 0; i < means.length; i++) {
      const deviation = Math.exp(Math.min(LOG_STD_MAX, Math.max(LOG_STD_MIN, logStds[i]!)));
      action[i] = Math.tanh(means[i]! + (deterministic ? 0 : deviation * rng.normal()));
    }
  }

  return {
    reset(batch) {
      actions = new Float32Array(batch * means.length);
    },
    async act(observations) {
      const batch = actions.length / means.length;
      for (let slot = 0; slot < batch; slot++) {
        const observation = observations.subarray(slot * fc0.inputSize, (slot + 1) * fc0.inputSize);
        write(observation, actions.subarray(slot * means.length, (slot + 1) * means.length));
      }
      return actions;
    },
  };
}

/** Computes weight · input + bias into `output` and returns it. */
function linear(
  { weight, bias, inputSize, outputSize }: LinearWeights,
  input: ArrayLike<number>,
  output: Float64Array,
): Float64Array {
  for (let row = 0; row < outputSize; row++) {
    let sum = bias[row]!;
    const offset = row * inputSize;
    for (let i = 0; i < inputSize; i++) sum += weight[offset + i]! * input[i]!;
    output[row] = sum;
  }
  return output;
}

function relu(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = 0;
}

function unsupported({ nonlinearity, outputDistribution, layers }: BehaviourPolicy): LamoError {
  return new LamoError({
    where: 'eval/behaviour-policy',
    code: 'unsupported-policy',
    problem: 'The behaviour policy is of an unsupported kind',
    expected: 'relu, tanh_gaussian, with layers fc0, fc1, last_fc, last_fc_log_std',
    received: `${nonlinearity}, ${outputDistribution}, with layers ${Object.keys(layers).join(', ')}`,
  });
}
