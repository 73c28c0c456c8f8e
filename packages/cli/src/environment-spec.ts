import type { EnvironmentSpec } from '@lamo/core';
import { createEnvironment } from '@lamo/eval';

/** Reads what is fixed about an environment. @throws LamoError `unknown-environment`, which names the nearest id */
export async function environmentSpec(id: string): Promise<EnvironmentSpec> {
  const environment = await createEnvironment(id);
  environment.dispose();
  return environment.spec;
}
