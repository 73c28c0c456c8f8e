import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, openDevice } from '@lamo/runtime';
import { expect } from 'vitest';
import { loadResult, saveResult } from '../engine/load-result';
import { POLICY_FILE, type TrainedPolicy } from '../kinds/policy';
import { readPolicyDescription } from '../policy-file/read-policy-description';
import type { Check } from './check';
import { expectNear } from './compare';
import { EPISODES, playToy, toyObservation } from './play-toy';
import { runOnnx } from './run-onnx';
import { type Subject, throughFile, withPolicy } from './subject';

/** Opens the policy of a checkpoint as another program would, from its file, and uses it. */
export async function withLoaded<Result>(
  { algorithm }: Subject,
  checkpoint: Checkpoint,
  use: (policy: TrainedPolicy) => Promise<Result>,
): Promise<Result> {
  const device = await openDevice('cpu', { threads: 1 });
  return withPolicy(await loadResult(algorithm, throughFile(checkpoint), device), use);
}

/** Writes the policy of a checkpoint as an ONNX file. */
export async function onnxOf({ algorithm }: Subject, checkpoint: Checkpoint): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-policy-'));
  try {
    await saveResult(algorithm, checkpoint, folder);
    return readFileSync(join(folder, POLICY_FILE));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Expects a policy's file to act as the policy does at the first step of as many episodes as one likes. */
export async function expectSameFromOnnx(policy: TrainedPolicy, file: Uint8Array): Promise<void> {
  const targetReturn = policy.targetReturns[0] ?? 0;
  for (const count of [1, 3, 64]) {
    const observations = Array.from({ length: count }, (_, episode) => toyObservation(episode, 0));
    const actions = await runOnnx(file, { observations, targetReturn });
    policy.reset(count);
    const own = await policy.act(Float32Array.from(observations.flat()), new Float32Array(count));
    expectNear(actions, own, `The ONNX file acts otherwise than the policy in ${count} episodes at once`);
  }
}

/** What a trained policy must do. */
export const policyChecks = {
  'acts the same after it was saved and loaded': async (subject) => {
    const whole = await subject.whole();
    const actions = await withLoaded(subject, whole.checkpoint, (policy) => playToy(policy));
    expect(actions.flat().every(Number.isFinite), `its actions are numbers: ${actions}`).toBe(true);
    expect(actions, 'The policy of a saved checkpoint acts otherwise').toEqual(whole.actions);
  },

  'acts by the parameters that it loads': async (subject) => {
    const whole = await subject.whole();
    const actions = await withLoaded(subject, (await subject.half()).checkpoint, async (policy) => {
      await playToy(policy);
      await policy.load(whole.checkpoint.state);
      return playToy(policy);
    });
    expect(actions, '`load` of a later state does not give the later policy').toEqual(whole.actions);
  },

  'forgets everything when it is reset': async (subject) => {
    const whole = await subject.whole();
    const actions = await withLoaded(subject, whole.checkpoint, async (policy) => {
      await playToy(policy, [2, 1]);
      await playToy(policy, [1, 2, 0]);
      return playToy(policy);
    });
    expect(actions, 'Earlier episodes change what a policy does after `reset`').toEqual(whole.actions);
  },

  'acts in several episodes at once as in each alone': async (subject) => {
    const whole = await subject.whole();
    await withLoaded(subject, whole.checkpoint, async (policy) => {
      for (const episode of EPISODES) {
        const [alone] = await playToy(policy, [episode]);
        expectNear(
          whole.actions[episode]!,
          alone!,
          `Episode ${episode} goes otherwise beside others than alone`,
        );
      }
    });
  },

  'acts the same from its ONNX file': async (subject) => {
    const whole = await subject.whole();
    const file = await onnxOf(subject, whole.checkpoint);
    await withLoaded(subject, whole.checkpoint, (policy) => expectSameFromOnnx(policy, file));
  },

  'says in its ONNX file what it is': async (subject) => {
    const { algorithm, dataset } = subject;
    const whole = await subject.whole();
    const description = readPolicyDescription(await onnxOf(subject, whole.checkpoint));
    expect(description?.algorithm, 'The file names another algorithm').toBe(algorithm.name);
    const { size, range } = description!.observation;
    expect(size).toBe(dataset.observationSize);
    // Of those that learn by acting nobody has looked.
    if (range !== undefined) {
      const first = Array.from(dataset.observations).filter((_, i) => i % size === 0);
      expect([range.low[0], range.high[0]]).toEqual([Math.min(...first), Math.max(...first)]);
    }
    const { size: actionSize, bounds, space } = description!.action;
    expect(actionSize).toBe(dataset.actionSize);
    expect(space?.kind === 'discrete' ? bounds : space).toBeUndefined();
    const { targetReturns } = await withLoaded(subject, whole.checkpoint, async (policy) => policy);
    expect(description!.sequence?.targetReturns ?? [], 'The file asks for another return').toEqual([
      ...targetReturns,
    ]);
  },
} as const satisfies Readonly<Record<string, Check>>;
