import { isDeepStrictEqual } from 'node:util';
import { type Environment, type EnvironmentSpec, LamoError, showValue } from '@lamo/core';
import { checkSpec } from './check-spec';
import type { Collector } from './collect/collector';
import type { Maze } from './mazes/mazes';
import type { Inertia } from './robots/planar-robot-model';

/** Returns that are the scores 0 and 100: those of a random policy and of an expert, who can be beaten. */
export interface ScoreRange {
  /** Return of the random policy: score 0. */
  readonly random: number;
  /** Return of the expert: score 100. */
  readonly expert: number;
  /** Who chose them: `D4RL`. */
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

/** What {@link defineEnvironment} is told. */
export interface EnvironmentDefinition {
  /** What it is called without its version, in lower case: `hopper`, `maze2d-umaze-dense`. */
  readonly name: string;
  /** Stands behind the name, `hopper-v4`: what pays, ends or moves otherwise is another version. @default none */
  readonly version?: number;
  /** Sizes, bounds and step limit: all that others may know before it is opened, so that nobody opens it to ask. */
  readonly spec: Omit<EnvironmentSpec, 'id'>;
  /** Returns that are the scores 0 and 100. @default none: results are given as returns */
  readonly score?: ScoreRange;
  /** The maze it is played in, for pictures: an observation begins with the position [x, y] in it. @default none */
  readonly maze?: { readonly layout: Maze; readonly reward: 'sparse' | 'dense' };
  /** Who makes data in it, the best first; `random` plays everywhere and need not be named. @default none */
  readonly collectors?: readonly Collector[];
  /** What may be chosen, by the name of the option. @default none */
  readonly options?: { readonly [Name in keyof EnvironmentOptions]-?: readonly EnvironmentOptions[Name][] };
  /** Starts one. @param spec what the environment has to say of itself: the definition's, with the id */
  open(spec: EnvironmentSpec, options: EnvironmentOptions): Environment | Promise<Environment>;
}

/** An environment as the registry has it: what is known of it, and how to start it. */
export interface EnvironmentEntry extends Omit<EnvironmentDefinition, 'spec' | 'collectors' | 'open'> {
  /** Sizes, bounds and step limit, with the id made of name and version. */
  readonly spec: EnvironmentSpec;
  /** Who makes data in it, the best first, `random` left out. */
  readonly collectors: readonly Collector[];
  /**
   * Starts one more. Dispose it after use: its state may live outside the garbage collector.
   *
   * @throws LamoError `unknown-option`; `environment-spec` if the environment says something else of itself than its entry
   */
  open(options?: EnvironmentOptions): Promise<Environment>;
}

/**
 * Makes the entry of an environment. Listing, checking, scoring and collecting read it; nothing is started before `open`.
 *
 * @throws LamoError `environment-name`, `environment-spec`
 * @example
 * export const hopper = [4, 5].map((version) => defineEnvironment({ name: 'hopper', version, … }));
 */
export function defineEnvironment(definition: EnvironmentDefinition): EnvironmentEntry {
  const { name, version, collectors = [], options: offered = {} } = definition;
  checkName(name, version);
  const spec = { id: version === undefined ? name : `${name}-v${version}`, ...definition.spec };
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

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Names are looked up in lower case, and are names of files. */
function checkName(name: string, version: number | undefined): void {
  const isVersion = version === undefined || (Number.isSafeInteger(version) && version >= 0);
  if (typeof name === 'string' && NAME.test(name) && isVersion) return;
  throw new LamoError({
    where: 'eval/define-environment',
    code: 'environment-name',
    problem: 'An environment cannot have this name',
    expected:
      'words of lower-case letters and digits with hyphens between, and an integer as its version, if it has one',
    received: `${showValue(name)}, version ${showValue(version)}`,
  });
}

function checkOptions(
  id: string,
  options: EnvironmentOptions,
  offered: Readonly<Record<string, readonly unknown[]>>,
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
    problem: 'The environment that was opened says something else of itself than its entry',
    expected: JSON.stringify(entry),
    received: JSON.stringify(started),
    hint: 'Let `open` give the environment the spec that it is called with.',
  });
}
