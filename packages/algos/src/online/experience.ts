import { createHash } from 'node:crypto';
import { checkCount, checkNumber, type Dataset, type Environment, LamoError } from '@lamo/core';
import { classCount, describeActions, describeObservations, environmentBounds, Replay } from '@lamo/data';
import type { DataIdentity, DataKind } from '../engine/data-kind';
import { type DatasetSpec, datasetKind, datasetSpec, needsOf } from '../kinds/dataset';

/** How a training learns by acting. Of what is left out, an algorithm may have defaults of its own: `acting`. */
export interface ExperienceOptions {
  /** Where it acts; whoever opened it disposes of it. */
  readonly environment: Environment;
  /** Decisions that were logged before. @default none */
  readonly dataset?: Dataset;
  /** Gradient steps on the logged decisions alone, before it acts. @default 0 */
  readonly offlineSteps?: number;
  /** Steps with actions that are drawn uniformly, before its own. @default 0 with logged decisions, otherwise 5,000 */
  readonly randomSteps?: number;
  /** Steps in the environment after which the policy that acts is brought up to date. @default 64 */
  readonly stepsAtOnce?: number;
  /** Gradient steps for each step in the environment. @default 1 */
  readonly updateRatio?: number;
  /** Part of each batch that is logged decisions, once it acts. @default ½ with logged decisions, as RLPD and Cal-QL have it */
  readonly offlineShare?: number;
}

/** How a training acts, and learns from that. */
export type ActingSettings = Required<Omit<ExperienceOptions, 'environment' | 'dataset'>>;

/** What a training learns from that acts: where, what was logged before, and what it has logged itself. */
export interface Experience {
  /** Where it acts. */
  readonly environment: Environment;
  /** What was logged before, if anything. */
  readonly dataset: Dataset | undefined;
  /** How it acts, as far as that was said: {@link actingSettings} has the rest. */
  readonly settings: Partial<ActingSettings>;
  /** What was logged by acting, actions as networks have them. */
  readonly replay: Replay;
}

/**
 * Says where a training acts, and how it learns from that where it is not to be as the algorithm has it. It is used up by one training, which
 * logs into its replay.
 *
 * @throws LamoError `out-of-range`
 * @example
 * const environment = await createEnvironment('hopper-v4');
 * const run = await train(sac, createExperience({ environment }), { steps: 300_000, every: 1000 });
 */
export function createExperience({ environment, dataset, ...settings }: ExperienceOptions): Experience {
  actingSettings({ dataset, settings });
  const { actionSpace: _, ...sizes } = datasetSpec(environment.spec);
  return { environment, dataset, settings, replay: new Replay({ name: environment.spec.id, ...sizes }) };
}

/**
 * Fills in how a training acts: what its experience says, then what the algorithm has, then what is usual.
 *
 * @param acting the algorithm's own
 * @throws LamoError `out-of-range`
 */
export function actingSettings(
  { dataset, settings }: Pick<Experience, 'dataset' | 'settings'>,
  acting: Partial<ActingSettings> = {},
): ActingSettings {
  const whole = {
    offlineSteps: 0,
    randomSteps: dataset === undefined ? 5000 : 0,
    stepsAtOnce: 64,
    updateRatio: 1,
    offlineShare: dataset === undefined ? 0 : 0.5,
    ...acting,
    ...settings,
  };
  checkSettings(whole, dataset);
  return whole;
}

/** Decisions that a training makes itself, beside those that were logged before. */
export const experienceKind: DataKind<Experience, DatasetSpec> = {
  name: 'experience',
  saved: datasetKind.saved,
  identify: (experience) => identify(experience, actingSettings(experience)),
  sizes({ environment }) {
    const { observationSize, actionSize } = datasetSpec(environment.spec);
    return { observationSize, actionSize };
  },
  needs: ({ environment }) => needsOf(environment.spec),
  spec: ({ environment }) => specOf(environment),
  prepare(experience, config) {
    const spec = specOf(experience.environment);
    checkNoBounds(experience.environment, config);
    if (experience.dataset === undefined) return { data: experience, spec, warnings: [] };
    checkSame(experience.dataset, experience.environment);
    const { low, high } = spec.actionBounds ?? { low: -1, high: 1 };
    const isDiscrete = classCount(spec) !== undefined;
    const within = isDiscrete ? config : { ...config, actionLow: low, actionHigh: high };
    const { data: dataset, warnings } = datasetKind.prepare(experience.dataset, within);
    return { data: { ...experience, dataset }, spec, warnings };
  },
};

/** Experience of an algorithm that acts in a way of its own: {@link experienceKind}, recognised by how it acts. */
export function experienceKindOf(acting: Partial<ActingSettings>): DataKind<Experience, DatasetSpec> {
  return {
    ...experienceKind,
    identify: (experience) => identify(experience, actingSettings(experience, acting)),
  };
}

function identify({ environment, dataset }: Experience, settings: ActingSettings): DataIdentity {
  const logged = dataset && datasetKind.identify(dataset);
  const said = JSON.stringify([environment.spec, settings, logged?.hash ?? null]);
  const name = logged ? `${logged.name} and ${environment.spec.id}` : environment.spec.id;
  return { name, hash: createHash('sha256').update(said).digest('hex') };
}

/** What an algorithm is built for follows from the environment. */
export function specOf({ spec }: Environment): DatasetSpec {
  if (classCount(spec) !== undefined) return { ...datasetSpec(spec), actionBounds: null };
  const bounds = environmentBounds(spec);
  const isUnit = bounds.low.every((low) => low === -1) && bounds.high.every((high) => high === 1);
  return { ...datasetSpec(spec), actionBounds: isUnit ? null : bounds };
}

function checkSame(dataset: Dataset, { spec }: Environment): void {
  const logged = `observations of ${describeObservations(dataset)} and actions of ${describeActions(dataset)}`;
  const acted = `observations of ${describeObservations(spec)} and actions of ${describeActions(spec)}`;
  if (logged === acted) return;
  throw new LamoError({
    where: WHERE,
    code: 'environment-mismatch',
    problem: `\`${dataset.name}\` was not logged in ${spec.id}`,
    expected: acted,
    received: logged,
    hint: 'Act in the environment that the data come from.',
  });
}

/** The environment says between what actions lie. */
function checkNoBounds({ spec }: Environment, config: Readonly<Record<string, unknown>>): void {
  const { actionLow = null, actionHigh = null, actionBounds = 'unit' } = config;
  if (actionLow === null && actionHigh === null && actionBounds === 'unit') return;
  throw new LamoError({
    where: WHERE,
    code: 'invalid-config',
    problem: `${spec.id} itself says between what its actions lie`,
    expected: 'neither actionLow, nor actionHigh, nor actionBounds',
    received: JSON.stringify({ actionLow, actionHigh, actionBounds }),
  });
}

const WHERE = 'algos/experience';

function checkSettings(settings: ActingSettings, dataset: Dataset | undefined): void {
  const { offlineSteps, randomSteps, stepsAtOnce, updateRatio, offlineShare } = settings;
  const isWhole = (value: number) => Number.isSafeInteger(value) && value >= 0;
  checkNumber(WHERE, 'offlineSteps', offlineSteps, 'a whole number, 0 or more', isWhole);
  checkNumber(WHERE, 'randomSteps', randomSteps, 'a whole number, 0 or more', isWhole);
  checkCount(WHERE, 'stepsAtOnce', stepsAtOnce);
  checkNumber(
    WHERE,
    'updateRatio',
    updateRatio,
    `a number of gradient steps that is whole for ${stepsAtOnce} step${stepsAtOnce === 1 ? '' : 's'} in the environment`,
    (ratio) => Number.isSafeInteger(ratio * stepsAtOnce) && ratio > 0,
  );
  const most = dataset === undefined ? 0 : 1;
  checkNumber(
    WHERE,
    'offlineShare',
    offlineShare,
    dataset === undefined ? '0 without logged decisions' : 'a number from 0 to 1',
    (share) => share >= 0 && share <= most,
  );
  if (dataset !== undefined || offlineSteps === 0) return;
  checkNumber(WHERE, 'offlineSteps', offlineSteps, '0 without logged decisions', () => false);
}
