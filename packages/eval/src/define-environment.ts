import { isDeepStrictEqual } from 'node:util';
import { type Environment, type EnvironmentSpec, LamoError, showValue } from '@lamo/core';
import { checkDefinition } from './check-definition';
import { checkSpec } from './check-spec';
import type { Collector, Mixture, Player } from './collect/collector';
import type { Maze } from './mazes/mazes';
import type { Scene } from './mujoco/scene';
import type { Inertia } from './robots/capsule';

/** The returns with scores 0 and 100: those of a random policy and of an expert, which can be exceeded. */
export interface ScoreRange {
  /** Return of the random policy: score 0. */
  readonly random: number;
  /** Return of the expert: score 100. */
  readonly expert: number;
  /** Where they come from: `D4RL`. */
  readonly source: string;
}

/** Choices that some environments offer; one that an environment does not offer is refused. */
export interface EnvironmentOptions {
  /**
   * How the robots' inertia is computed: `exact` as in Gymnasium's v4 and v5, `legacy` as in Gym's v2 and v3,
   * in which D4RL's robot data were collected.
   * @default 'exact'
   */
  readonly inertia?: Inertia;
}

/** What there is to be seen of an environment whose observation says where everything is. */
export interface Appearance {
  /** Shapes, fixed to bodies. */
  readonly scene: Scene;
  /** Seconds of its world that a step takes. */
  readonly secondsPerStep: number;
  /**
   * Says where bodies are.
   *
   * @param observation [O]
   * @returns [bodies, 7] for each body of {@link scene} x, y, z and a unit quaternion w, x, y, z; the first is the world, at rest
   */
  posesAt(observation: ArrayLike<number>): readonly number[];
}

/** The definition of an environment for {@link defineEnvironment}. */
export interface EnvironmentDefinition {
  /** Its name without the version, in lower case: `hopper`, `maze2d-umaze-dense`. */
  readonly name: string;
  /** Follows the name, as in `hopper-v4`: an environment with other rewards, ends or dynamics is another version. @default none */
  readonly version?: number;
  /** Whether the name alone, without a version, means this one; needed where there are several. @default only where it is the only one */
  readonly defaultVersion?: boolean;
  /** Sizes, bounds and step limit: what can be known without opening it. */
  readonly spec: Omit<EnvironmentSpec, 'id'>;
  /** The returns with scores 0 and 100. @default none: results are given as returns */
  readonly score?: ScoreRange;
  /** The maze that it takes place in, for figures: an observation starts with the position [x, y] in it. @default none */
  readonly maze?: { readonly layout: Maze; readonly reward: 'sparse' | 'dense' };
  /** How it is drawn where MuJoCo does not say it. @default nothing is drawn of it */
  readonly appearance?: Appearance;
  /** Its collectors, the best first; `random` works everywhere and need not be listed. @default none */
  readonly collectors?: readonly (Collector | Player | Mixture)[];
  /** Choices for each of its options, by the option's name. @default none */
  readonly options?: { readonly [Name in keyof EnvironmentOptions]-?: readonly EnvironmentOptions[Name][] };
  /** Starts one. @param spec the spec that the environment must have: the definition's, with the id */
  open(spec: EnvironmentSpec, options: EnvironmentOptions): Environment | Promise<Environment>;
}

/** An entry of the registry: what is known about an environment, and how to start it. */
export interface EnvironmentEntry extends Omit<EnvironmentDefinition, 'spec' | 'collectors' | 'open'> {
  /** Sizes, bounds and step limit, with the id made of name and version. */
  readonly spec: EnvironmentSpec;
  /** Its collectors, the best first, without `random`. */
  readonly collectors: readonly (Collector | Player | Mixture)[];
  /**
   * Starts one more. Dispose it after use: its state may live outside the garbage collector.
   *
   * @throws LamoError `unknown-option`; `environment-spec` if the environment's spec differs from its entry
   */
  open(options?: EnvironmentOptions): Promise<Environment>;
}

/**
 * Creates the entry of an environment. Listing, checking, scoring and collecting read it; nothing is started before `open`.
 *
 * @throws LamoError `environment-name`, `environment-score`, `environment-collectors`, `environment-spec`
 * @example
 * export const hopper = [4, 5].map((version) => defineEnvironment({ name: 'hopper', version, defaultVersion: version === 4, … }));
 */
export function defineEnvironment(definition: EnvironmentDefinition): EnvironmentEntry {
  const { name, version, collectors = [], options: offered = {} } = definition;
  const spec = { id: version === undefined ? name : `${name}-v${version}`, ...definition.spec };
  checkDefinition(spec.id, definition);
  checkSpec(spec);
  return {
    ...definition,
    spec,
    collectors,
    async open(options = {}) {
      checkOptions(spec.id, options, offered);
      const environment = await definition.open(spec, options);
      checkSame(spec, environment.spec);
      return environment;
    },
  };
}

/** Checks that options are among those that an environment offers. @throws LamoError `unknown-option` */
export function checkOptions(
  id: string,
  options: EnvironmentOptions,
  offered: Readonly<Record<string, readonly unknown[]>> = {},
): void {
  for (const [option, value] of Object.entries(options)) {
    const choices = Object.hasOwn(offered, option) ? offered[option]! : [];
    if (value === undefined || choices.includes(value)) continue;
    throw new LamoError({
      where: `eval/${id}`,
      code: 'unknown-option',
      problem: choices.length === 0 ? `${id} has no ${option} to choose` : `${id} has no such ${option}`,
      expected: choices.length === 0 ? 'no such option' : `one of ${choices.join(', ')}`,
      received: `${option}: ${showValue(value)}`,
    });
  }
}

function checkSame(entry: EnvironmentSpec, started: EnvironmentSpec): void {
  if (isDeepStrictEqual(entry, started)) return;
  throw new LamoError({
    where: `eval/${entry.id}`,
    code: 'environment-spec',
    problem: 'The spec of the environment differs from its entry',
    expected: JSON.stringify(entry),
    received: JSON.stringify(started),
    hint: 'Let `open` give the environment the spec that it receives.',
  });
}
