import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { createEnvironment } from './index';
import type { MujocoEnvironment } from './mujoco-environment';

interface Recording {
  readonly qpos0: number[];
  readonly qvel0: number[];
  readonly obs0: number[];
  readonly steps: readonly RecordedStep[];
}

interface RecordedStep {
  readonly action: number[];
  readonly obs: number[];
  readonly reward: number;
  readonly terminated: boolean;
  readonly qpos: number[];
  readonly qvel: number[];
}

const names = ['Hopper-v4', 'Hopper-v5', 'HalfCheetah-v4', 'HalfCheetah-v5', 'Walker2d-v4', 'Walker2d-v5'];

describe.each(names)('%s, as Gymnasium 1.3 with MuJoCo 3.14 recorded it', (name) => {
  const path = fixturePath(`gymnasium/${name}.json`);

  it.skipIf(!path)('starts an episode with the recorded observation', async () => {
    await withRecordings(name, path!, (environment, { qpos0, qvel0, obs0 }) => {
      expect(environment.setState(qpos0, qvel0)).toBeAllClose(obs0, { absolute: 0 });
    });
  });

  // The tolerance asked for is 1e-8. Measured: 3e-13, on velocities of up to 30.
  it.skipIf(!path)('makes every step as recorded, from the state recorded before it', async () => {
    await withRecordings(name, path!, (environment, { qpos0, qvel0, steps }) => {
      let [qpos, qvel] = [qpos0, qvel0];
      for (const step of steps) {
        environment.setState(qpos, qvel);
        expectStep(environment, step, 1e-11);
        [qpos, qvel] = [step.qpos, step.qvel];
      }
    });
  });
});

describe.each(names.filter((name) => !name.startsWith('HalfCheetah')))('%s, run freely', (name) => {
  const path = fixturePath(`gymnasium/${name}.json`);

  // The tolerance asked for is 1e-8. Measured: 7e-15 for Hopper, 1e-12 for Walker2d.
  it.skipIf(!path)('follows its recordings from the initial state to the fall', async () => {
    await withRecordings(name, path!, (environment, { qpos0, qvel0, steps }) => {
      environment.setState(qpos0, qvel0);
      for (const step of steps) expectStep(environment, step, 1e-11);
    });
  });
});

/**
 * HalfCheetah tumbles, and tumbling amplifies rounding: native MuJoCo itself, started one unit in the last
 * place away, leaves episodes 0 and 2 by more than 1e-8 at steps 41 and 25, and by more than 1 before the end. The
 * WebAssembly build rounds sines differently from the native one that recorded, so it leaves them at steps
 * 45 and 44. (Native MuJoCo, given our model, repeats all three episodes to the last bit.)
 */
describe.each(['HalfCheetah-v4', 'HalfCheetah-v5'])('%s, run freely', (name) => {
  const path = fixturePath(`gymnasium/${name}.json`);

  it.skipIf(!path)('follows its recordings until rounding is amplified', async () => {
    const calmSteps = [40, 120, 40];
    await withRecordings(name, path!, (environment, { qpos0, qvel0, steps }, episode) => {
      environment.setState(qpos0, qvel0);
      for (const step of steps.slice(0, calmSteps[episode])) expectStep(environment, step, 1e-8);
    });
  });
});

async function withRecordings(
  name: string,
  path: string,
  use: (environment: MujocoEnvironment, recording: Recording, episode: number) => void,
): Promise<void> {
  const recordings = JSON.parse(readFileSync(path, 'utf8')) as Recording[];
  const environment = await createEnvironment(name);
  try {
    expect(recordings.length).toBe(3);
    recordings.forEach((recording, episode) => {
      use(environment, recording, episode);
    });
  } finally {
    environment.dispose();
  }
}

function expectStep(environment: MujocoEnvironment, step: RecordedStep, absolute: number): void {
  const { observation, reward, terminated } = environment.step(step.action);
  expect(observation).toBeAllClose(step.obs, { absolute });
  expect(environment.qpos).toBeAllClose(step.qpos, { absolute });
  expect(environment.qvel).toBeAllClose(step.qvel, { absolute });
  expect([reward]).toBeAllClose([step.reward], { absolute });
  expect(terminated).toBe(step.terminated);
}
