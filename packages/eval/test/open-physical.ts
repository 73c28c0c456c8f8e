import {
  createEnvironment,
  type EnvironmentOptions,
  isMujocoEnvironment,
  type MujocoEnvironment,
} from '../src';

/** Creates an environment whose state can be read and set. */
export async function openPhysical(id: string, options?: EnvironmentOptions): Promise<MujocoEnvironment> {
  const environment = await createEnvironment(id, options);
  if (!isMujocoEnvironment(environment)) throw new Error(`${id} is not simulated by MuJoCo`);
  return environment;
}
