import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { openPhysical } from '../../test/open-physical';
import type { MujocoEnvironment } from '../mujoco/mujoco-environment';

/** State and return after `steps` steps of {@link control} from the model's own pose at rest. */
interface Checkpoint {
  readonly steps: number;
  readonly qpos: readonly number[];
  readonly qvel: readonly number[];
  /** Left out where the reward depends on more than the robot. */
  readonly return?: number;
}

interface Golden {
  readonly id: string;
  readonly inertia: 'exact' | 'legacy';
  readonly checkpoints: readonly Checkpoint[];
}

const path = fixturePath('mujoco/golden-rollouts.json')!;
const goldens = JSON.parse(readFileSync(path, 'utf8')) as readonly Golden[];

// The figures were printed with nine digits.
const PRINTED = { relative: 1e-8, absolute: 1e-12 };

describe('robots from rest', () => {
  it.each(goldens)('$id with $inertia inertia passes the published check points', async (golden) => {
    const environment = await openPhysical(golden.id, { inertia: golden.inertia });
    const rest = Array.from(environment.qpos);
    environment.setState(rest, new Float64Array(environment.qvel.length));
    const action = new Float64Array(environment.spec.actionSize);
    let total = 0;
    for (let t = 0; t < golden.checkpoints.at(-1)!.steps; t++) {
      control(t, action);
      total += environment.step(action).reward;
      const checkpoint = golden.checkpoints.find(({ steps }) => steps === t + 1);
      if (checkpoint === undefined) continue;
      expect(environment.qpos).toBeAllClose(checkpoint.qpos, PRINTED);
      expect(environment.qvel).toBeAllClose(checkpoint.qvel, PRINTED);
      if (checkpoint.return === undefined) continue;
      // Rewards count actions in float32, the figures in float64.
      expect([total]).toBeAllClose([checkpoint.return], { absolute: 1e-6 });
    }
    environment.dispose();
  });
});

describe('the ball of maze2d-umaze', () => {
  let environment: MujocoEnvironment | undefined;
  afterAll(() => environment?.dispose());

  it('moves freely as published', async () => {
    environment ??= await openPhysical('maze2d-umaze-v1');
    environment.setState([1, 1], [0, 0]);
    const action = new Float64Array(2);
    const seen: Record<number, Float64Array> = {};
    for (let t = 0; t < 50; t++) {
      control(t, action);
      seen[t + 1] = Float64Array.from(environment.step(action).observation);
    }
    expect(seen[1]).toBeAllClose([1, 1.00100204, 0, 0.100203981], PRINTED);
    expect(seen[2]).toBeAllClose([1.00057091, 1.00318953, 0.0570909137, 0.218748949], PRINTED);
    expect(seen[10]).toBeAllClose([1.02775499, 1.02277323, 0.218040911, -0.0366778166], PRINTED);
    expect(seen[50]).toBeAllClose([1.11068183, 1.08301808, -0.0164679414, -0.0400298081], PRINTED);
  });

  it('hits a wall, bounces and comes to rest as published', async () => {
    environment ??= await openPhysical('maze2d-umaze-v1');
    environment.setState([1, 1], [0, 0]);
    const seen: Record<number, Float64Array> = {};
    for (let t = 1; t <= 60; t++) seen[t] = Float64Array.from(environment.step([1, 0]).observation);
    expect(seen[10]).toBeAllClose([1.13005864, 1, 2.35627493, 0], PRINTED);
    expect(seen[15]).toBeAllClose([1.20677318, 1, -0.343448933, 0], PRINTED);
    expect(seen[30]).toBeAllClose([1.19666187, 1, -0.00265614375, 0], PRINTED);
    expect(seen[60]).toBeAllClose([1.19662787, 1, -3.18377091e-11, 0], PRINTED);
  });
});

/** The control of the published roll-outs: 0.5 · sin(0.5 t + i). */
function control(t: number, action: Float64Array): void {
  for (let i = 0; i < action.length; i++) action[i] = 0.5 * Math.sin(0.5 * t + i);
}
