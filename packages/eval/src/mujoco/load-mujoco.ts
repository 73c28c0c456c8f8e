import { LamoError } from '@lamo/core';
import type { MainModule } from '@mujoco/mujoco';

/** The loaded WebAssembly module of MuJoCo. */
export type Mujoco = MainModule;

let loading: Promise<Mujoco> | undefined;

/**
 * Loads MuJoCo's official WebAssembly build, once per process: later calls return the same module.
 *
 * @throws LamoError `mujoco-unavailable` if the WebAssembly cannot be read or started
 */
export function loadMujoco(): Promise<Mujoco> {
  loading ??= start().catch((cause: unknown) => {
    loading = undefined;
    throw new LamoError({
      where: 'eval/mujoco',
      code: 'mujoco-unavailable',
      problem: 'MuJoCo could not be loaded',
      received: cause instanceof Error ? cause.message : String(cause),
      hint: 'Reinstall @mujoco/mujoco, and check that the machine has a few hundred megabytes of free memory.',
      cause,
    });
  });
  return loading;
}

async function start(): Promise<Mujoco> {
  const { default: load } = await import('@mujoco/mujoco');
  return load();
}
