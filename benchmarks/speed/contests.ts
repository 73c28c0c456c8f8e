import { type AnyAlgorithm, bc, td3Bc } from '@lamo/algos';
import { eagerDevice, openDevice } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { algorithmContender } from './algorithm-contender';
import type { Contender, Contest } from './contender';
import { pytorchContenders } from './pytorch';

/** A training step on our default device against eager tfjs and eager PyTorch. */
function trainingContest(algorithm: AnyAlgorithm, pytorchCase: string): Contest {
  return {
    name: `${algorithm.name} step, batch 256, hidden 256, Hopper sizes`,
    steps: 200,
    async open() {
      const ours = await algorithmContender(algorithm, await openDevice('cpu'));
      const peers: Contender[] = [await algorithmContender(algorithm, await wasmDevice())];
      const absent: string[] = [];
      try {
        peers.push(await algorithmContender(algorithm, await openDevice('tfjs-node')));
      } catch {
        absent.push('tfjs-node: @tensorflow/tfjs-node is not installed');
      }
      const pytorch = await pytorchContenders(pytorchCase);
      if (typeof pytorch === 'string') absent.push(pytorch);
      else peers.push(...pytorch);
      return { ours, peers, absent };
    },
  };
}

async function wasmDevice() {
  await import('@tensorflow/tfjs-backend-wasm');
  // The backend needs a moment to load its module before it can be used without waiting.
  await tf.setBackend('wasm');
  return eagerDevice('tfjs-wasm', 'wasm', 'tfjs wasm, eager');
}

/** Everything that `pnpm bench` times, by name. */
export const contests: Readonly<Record<string, Contest>> = {
  bc: trainingContest(bc, 'bc'),
  'td3-bc': trainingContest(td3Bc, 'td3_bc'),
};
