import type { AnyAlgorithm } from '@lamo/algos';
import { eagerDevice, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { type AlgorithmOptions, algorithmContender } from './algorithm-contender';
import type { Contender, Contest } from './contender';
import { jaxContenders } from './jax';
import { jaxlibContender } from './jaxlib-contender';
import { pytorchContenders } from './pytorch';
import { hardwareOf, openOurs, type Setup } from './setup';

/** A training step to be timed. */
export interface TrainingCase extends AlgorithmOptions {
  readonly algorithm: AnyAlgorithm;
  /** What makes the step this large: `batch 256, hidden 256, Hopper sizes`. */
  readonly sizes: string;
  /** Its counterpart in benchmarks/pytorch. */
  readonly pytorch: string;
  /** Its counterpart in benchmarks/jax, where there is one. */
  readonly jax?: string;
  /** Whether tfjs runs it, too, without our compiler: where that takes less than seconds for a step. */
  readonly eager: boolean;
}

/**
 * A training step against eager PyTorch and, where there is a counterpart, compiled JAX; on our default device also against eager tfjs
 * where that is worth while, and on others against our default device.
 */
export function trainingContest(step: TrainingCase): Contest {
  const { algorithm, sizes } = step;
  return {
    name: `${algorithm.name} step, ${sizes}`,
    steps: 400,
    async open(setup) {
      const { ours, hardware } = await openContender(step, setup);
      const peerSetup = { hardware, precision: setup.precision };
      const peers: Contender[] = [];
      const absent: string[] = [];
      for (const found of [
        ...(setup.device === 'cpu'
          ? []
          : [[await algorithmContender(algorithm, await openDevice('cpu'), step)]]),
        ...(setup.device === 'cpu' && step.eager ? await eagerContenders(step) : []),
        await pytorchContenders(step.pytorch, peerSetup),
        ...(step.jax === undefined ? [] : [await jaxContenders(step.jax, peerSetup)]),
      ]) {
        if (typeof found === 'string') absent.push(found);
        else peers.push(...found);
      }
      return { ours, peers, absent };
    },
  };
}

async function openContender(step: TrainingCase, setup: Setup) {
  const { algorithm } = step;
  if (setup.device === 'jaxlib')
    return { ours: await jaxlibContender(algorithm, step), hardware: 'cpu' as const };
  const device = await openOurs(setup);
  return { ours: await algorithmContender(algorithm, device, step), hardware: hardwareOf(device) };
}

async function eagerContenders(step: TrainingCase): Promise<(Contender[] | string)[]> {
  const { algorithm } = step;
  const wasm = await algorithmContender(algorithm, await wasmDevice(), step);
  try {
    return [[wasm], [await algorithmContender(algorithm, await openDevice('tfjs-node'), step)]];
  } catch {
    return [[wasm], 'tfjs-node: @tensorflow/tfjs-node is not installed'];
  }
}

async function wasmDevice() {
  await import('@tensorflow/tfjs-backend-wasm');
  // The backend needs a moment to load its module before it can be used without waiting.
  await tf.setBackend('wasm');
  return eagerDevice('tfjs-wasm', 'wasm', { engine: 'tfjs wasm', version: tf.version_core });
}
