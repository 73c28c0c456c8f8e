import { type BatchSource, type Dataset, LamoError, type Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import type { AnyAlgorithm, Loaded } from '../engine/algorithm';
import type { DataKind } from '../engine/data-kind';
import { settingsForLaterRows } from '../ingredients/transition-batches';
import type { DatasetSpec } from '../kinds/dataset';
import type { PolicyDefinition } from '../kinds/policy';
import { actingSettings, type Experience, experienceKind, experienceKindOf } from './experience';
import { ExperienceSource, experienceMetrics } from './experience-source';

/** An algorithm on transitions, learning by acting. */
export type Online<Learner extends AnyAlgorithm> = Omit<Learner, 'data' | 'batches' | 'fit'> & {
  readonly data: DataKind<Experience, DatasetSpec>;
  // biome-ignore lint/suspicious/noExplicitAny: as in AnyAlgorithm
  batches(experience: Experience, config: any, rng: Rng, loaded: any): Promise<BatchSource>;
  // biome-ignore lint/suspicious/noExplicitAny: as in AnyAlgorithm
  readonly fit: Readonly<Record<string, (experience: Experience, config: any) => Tree<HostArray>>>;
};

/** What an algorithm is called that learns by acting. */
export interface OnlineNames {
  /** On the command line and in checkpoints. @default the algorithm's with `-online` after it */
  readonly name?: string;
  /** For humans. @default the algorithm's, then online */
  readonly title?: string;
}

/** Follows the name of an algorithm that goes on in an environment. */
export const ONLINE = '-online';

/** Tells whether an algorithm learns by acting as it is. */
export function learnsByActing({ data }: AnyAlgorithm): boolean {
  return data.name === experienceKind.name;
}

/** Tells whether an algorithm can learn by acting: whether its policy tries things out. */
export function canActOnline(algorithm: AnyAlgorithm): boolean {
  return 'explore' in algorithm.result && !learnsByActing(algorithm);
}

/**
 * Lets an algorithm on transitions learn by acting: the data that it learns from grow by what its policy does. Its settings and
 * its state stay what they are, and it acts as its `acting` says where the experience does not, so that it can begin with the state of a training on logged decisions.
 *
 * @param names what it is called. @default `iql-online`; `IQL, then online`
 * @throws LamoError `cannot-explore` if its policy does not try out actions
 * @example
 * const run = await train(online(iql), createExperience({ environment, dataset, offlineSteps: 20_000 }), { steps: 50_000 });
 */
export function online<Learner extends AnyAlgorithm>(
  algorithm: Learner,
  { name = `${algorithm.name}${ONLINE}`, title = `${algorithm.title}, then online` }: OnlineNames = {},
): Online<Learner> {
  const { explore } = algorithm.result as Partial<PolicyDefinition<unknown, Loaded>>;
  if (explore === undefined) throw cannotExplore(algorithm);
  const fits = Object.entries<(data: Dataset, config: never) => Tree<HostArray>>(algorithm.fit);
  const fit = fits.map(([name, measure]) => [
    name,
    ({ dataset, replay }: Experience, config: never) => measure(dataset ?? replay.dataset(), config),
  ]);
  const online: Partial<Online<AnyAlgorithm>> = {
    name,
    title,
    data: experienceKindOf(algorithm.acting),
    metrics: { ...algorithm.metrics, ...experienceMetrics },
    fit: Object.fromEntries(fit),
    batches(experience: Experience, config: { readonly batchSize: number }, rng: Rng, loaded: Loaded) {
      const spec = experienceKind.spec(experience, config as never);
      const own = settingsForLaterRows(experience.dataset, config);
      return ExperienceSource.open(
        experience,
        {
          settings: actingSettings(experience, algorithm.acting),
          batchSize: config.batchSize,
          batches: (dataset, { batchSize, acts }, rng) => {
            const settings = dataset === experience.dataset ? config : own;
            return algorithm.batches(dataset, { ...settings, batchSize }, rng, loaded, acts) as BatchSource;
          },
          explore: async (look, rng) =>
            explore(look.device, { state: await look.readState(), spec, config, loaded }, rng),
        },
        rng,
      );
    },
  };
  return { ...algorithm, ...online } as Online<Learner>;
}

function cannotExplore({ title, name }: AnyAlgorithm): LamoError {
  return new LamoError({
    where: `algos/${name}`,
    code: 'cannot-explore',
    problem: `${title} does not learn by acting: its policy does not try out actions`,
    expected: 'an algorithm whose `result` has `explore`',
    received: name,
    hint: 'SAC is made for it; algorithms that learn from logged rewards, such as IQL, can go on in an environment.',
  });
}
