import { fileURLToPath } from 'node:url';
import { checkNumber, type Environment, type EnvironmentSpec, type StepResult } from '@lamo/core';
import { imageShape } from '@lamo/data';
import { checkSpec } from '../check-spec';
import { checkOptions, type EnvironmentEntry } from '../define-environment';
import { type Json, type LineProcess, startLineProcess } from './line-process';
import { badAnswer, noTimeLimit } from './process-errors';
import { readActionSpace, readObservationSpace } from './spaces';

/** Options of {@link gymnasiumEnvironment}. */
export interface GymnasiumOptions {
  /** The program that runs Python, with gymnasium and numpy. @default 'python3', on Windows 'python' */
  readonly python?: string;
  /** What `gymnasium.make` is given beside the id. @default none */
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Seconds that Python may take to start, to reset or for a step. @default 60 */
  readonly timeout?: number;
}

/** It is part of the package, beside `src` and `dist`. */
const HOST = new URL(
  import.meta.url.endsWith('.ts') ? '../../python/gymnasium_host.py' : '../python/gymnasium_host.py',
  import.meta.url,
);

/**
 * Makes the entry of an environment of Python's Gymnasium. Python runs it, in a process that is started here, to ask for sizes, and again
 * while environments of the entry are open: one process for all of them. Lines of JSON go to and fro: `python/gymnasium_host.py` of this
 * package says which. Box and Dict observations are flat, the parts of a Dict named; boxes of bytes are images.
 *
 * @param id as `gymnasium.make` takes it: `Hopper-v5`, or `module:Name-v0` for a module that registers it
 * @throws LamoError `process-missing` without that Python, `gymnasium-unavailable`, `unknown-environment`, `unsupported-space`,
 *   `no-time-limit`, `gymnasium-failed` with what Python says, `process-ended`, `no-answer`, `out-of-range`. Environments throw the same
 * @example
 * const hopper = await gymnasiumEnvironment('Hopper-v5', { python: 'venv/bin/python' });
 * for await (const episode of evaluate(policy, hopper, { episodes: 10 })) console.log(episode.return);
 */
export async function gymnasiumEnvironment(
  id: string,
  {
    python = process.platform === 'win32' ? 'python' : 'python3',
    kwargs = {},
    timeout = 60,
  }: GymnasiumOptions = {},
): Promise<EnvironmentEntry> {
  checkNumber('eval/gymnasium', 'timeout', timeout, 'a number above 0', (seconds) => seconds > 0);
  const args = [fileURLToPath(HOST), id, JSON.stringify(kwargs)];
  return entryOfProcess(`gymnasium:${id}`, { command: python, args, timeout });
}

/** Makes the entry of an environment that a process plays which speaks the protocol of `gymnasium_host.py`. */
export async function entryOfProcess(
  name: string,
  options: { readonly command: string; readonly args: readonly string[]; readonly timeout: number },
): Promise<EnvironmentEntry> {
  const where = `eval/${name}`;
  const start = async () => {
    const started = startLineProcess({ where, ...options });
    await started.greeting();
    return started;
  };
  const make = async (host: LineProcess) => {
    const made = await host.ask({ op: 'make' });
    return { number: made.environment, spec: readSpec(where, name, made) };
  };
  const first = await start();
  const { spec } = await make(first).finally(() => first.end());

  let host: Promise<LineProcess> | undefined;
  let users = 0;
  const leave = (used: LineProcess | undefined) => {
    users -= 1;
    if (users > 0) return;
    host = undefined;
    used?.end();
  };
  return {
    name,
    spec,
    collectors: [],
    async open(options = {}) {
      checkOptions(spec.id, options); // what there is to choose was given to `gymnasium.make`
      users += 1;
      host ??= start();
      let used: LineProcess | undefined;
      try {
        used = await host;
        const { number } = await make(used);
        return openRemote(spec, used, number, () => leave(used));
      } catch (error) {
        leave(used);
        throw error;
      }
    },
  };
}

function readSpec(where: string, id: string, { observations, actions, steps }: Json): EnvironmentSpec {
  if (typeof steps !== 'number') throw noTimeLimit(where);
  const spec = {
    id,
    ...readObservationSpace(where, observations),
    ...readActionSpace(where, actions),
    maxEpisodeSteps: steps,
  };
  checkSpec(spec);
  return spec;
}

function openRemote(
  spec: EnvironmentSpec,
  host: LineProcess,
  environment: unknown,
  leave: () => void,
): Environment {
  const isImage = imageShape(spec) !== undefined;
  const read = ({ observation }: Json) => {
    const isRight = Array.isArray(observation) && observation.every(Number.isFinite);
    if (!isRight) throw badAnswer(`eval/${spec.id}`, JSON.stringify({ observation }));
    return isImage ? Uint8Array.from(observation) : Float64Array.from(observation);
  };
  let isOpen = true;
  return {
    spec,
    reset: (seed) => read(host.askNow({ op: 'reset', environment, seed: seed ?? null })),
    step(action) {
      const answer = host.askNow({ op: 'step', environment, action: Array.from(action) });
      const { reward, terminated, truncated } = answer as unknown as StepResult; // checked as any environment's
      return { observation: read(answer), reward, terminated, truncated };
    },
    dispose() {
      if (!isOpen) return;
      isOpen = false;
      try {
        host.askNow({ op: 'close', environment });
      } catch {
        // It has failed before, and said so: there is nothing left to free.
      }
      leave();
    },
  };
}
