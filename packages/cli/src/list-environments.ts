import { classCount } from '@lamo/data';
import { collectorsOf, type EnvironmentEntry, environments, lookUpEnvironment } from '@lamo/eval';

/** What lists say about an environment. */
export interface ListedEnvironment {
  readonly name: string;
  /** The name without its version, where that means this one. */
  readonly alias: string | null;
  readonly observations: number;
  readonly actions: number;
  /** What an action is one of; null where actions are amounts. */
  readonly classes: number | null;
  /** Steps after which an episode is cut. */
  readonly steps: number;
  readonly 'score 0': number | null;
  readonly 'score 100': number | null;
  readonly collectors: readonly string[];
}

/** Lists all environments, without starting any. */
export function listEnvironments(): ListedEnvironment[] {
  return [...environments.values()].map(describe);
}

function describe(environment: EnvironmentEntry): ListedEnvironment {
  const { spec, score } = environment;
  return {
    name: spec.id,
    alias: lookUpEnvironment(environment.name) === environment ? environment.name : null,
    observations: spec.observationSize,
    actions: spec.actionSize,
    classes: classCount(spec) ?? null,
    steps: spec.maxEpisodeSteps,
    'score 0': score?.random ?? null,
    'score 100': score?.expert ?? null,
    collectors: collectorsOf(environment).map(({ name }) => name),
  };
}
