import { existsSync } from 'node:fs';
import {
  type ActingSettings,
  type AnyAlgorithm,
  actingSettings,
  createExperience,
  type Experience,
  experienceKind,
} from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { createEnvironment } from '@lamo/eval';
import { z } from 'zod';
import { formatNumberOf } from '../terminal/format';
import { datasetSide } from './dataset-side';
import type { RunManifest } from './manifest';
import type { DatasetFields } from './policy-manifest';
import { readReplay, writeReplay } from './replay-file';
import type { DataSide, OpenedData } from './side';

/** What a manifest says of how a run acts. */
export interface ExperienceFields extends Partial<DatasetFields> {
  readonly experience: {
    /** Id of the environment that it acts in. */
    readonly environment: string;
    readonly settings: ActingSettings;
    /** Equal for the same environment, settings and logged decisions. */
    readonly hash: string;
  };
}

const experienceFields = {
  experience: z.looseObject({
    environment: z.string().min(1),
    settings: z.looseObject({
      offlineSteps: z.int().min(0),
      randomSteps: z.int().min(0),
      stepsAtOnce: z.int().positive(),
      updateRatio: z.number().positive(),
      offlineShare: z.number().min(0).max(1),
    }),
    hash: z.string().min(1),
  }),
  dataset: (datasetSide.fields.dataset as z.ZodType).optional(),
};

/** Says in a manifest how a run acts. */
export function describeExperience(algorithm: AnyAlgorithm, experience: Experience): ExperienceFields {
  return {
    experience: {
      environment: experience.environment.spec.id,
      settings: actingSettings(experience, algorithm.acting),
      hash: algorithm.data.identify(experience).hash,
    },
  };
}

/** An experience as what a run learns from, which keeps what it logs beside its checkpoints. */
export function openedExperience(experience: Experience, warnings: OpenedData['warnings']): OpenedData {
  return {
    data: experience,
    warnings,
    keep: ({ replay }) => writeReplay(replay, experience),
  };
}

/** Runs that learn by acting. */
export const experienceSide: DataSide = {
  fields: experienceFields,
  summarise(manifest) {
    const { environment, settings, hash } = fieldsOf(manifest).experience;
    const { name, facts } = hasDataset(manifest) ? datasetSide.summarise(manifest) : ({} as Partial<Said>);
    const acted = `learns by acting in ${environment}, with ${formatNumberOf(settings.randomSteps, 'random step')} first`;
    return {
      name: name === undefined ? environment : `${name} and ${environment}`,
      kind: 'experience',
      facts: facts === undefined ? acted : `${facts}; then ${acted}`,
      key: hash,
      reading: {},
    };
  },
  hash: (manifest) => fieldsOf(manifest).experience.hash,
  settings: (manifest) => ({
    ...(hasDataset(manifest) ? datasetSide.settings(manifest) : {}),
    ...fieldsOf(manifest).experience.settings,
  }),
  describeSizes: datasetSide.describeSizes,
  async reopen(run, moved, observer) {
    const { folder, manifest } = run;
    const { environment: id, settings } = fieldsOf(manifest).experience;
    const logged = hasDataset(manifest) ? await datasetSide.reopen(run, moved, observer) : undefined;
    const dataset = logged && { dataset: logged.data as NonNullable<Experience['dataset']> };
    const experience = createExperience({
      environment: await createEnvironment(id),
      ...settings,
      ...dataset,
    });
    checkSame(manifest, experience);
    if (existsSync(folder.replay)) readReplay(folder.replay, experience);
    return {
      ...openedExperience(experience, logged?.warnings ?? []),
      close: () => experience.environment.dispose(),
    };
  },
};

/** The id of the environment that a run acts in. */
export function actsIn(manifest: RunManifest): string {
  return fieldsOf(manifest).experience.environment;
}

type Said = ReturnType<DataSide['summarise']>;

const fieldsOf = (manifest: RunManifest) => manifest as RunManifest & ExperienceFields;
const hasDataset = (manifest: RunManifest) => fieldsOf(manifest).dataset !== undefined;

function checkSame(manifest: RunManifest, experience: Experience): void {
  const { hash, environment } = fieldsOf(manifest).experience;
  if (experienceKind.identify(experience).hash === hash) return;
  throw new LamoError({
    where: 'cli/run',
    code: 'dataset-mismatch',
    problem: `${environment} is not what the run was started with`,
    expected: `the environment with hash ${hash.slice(0, 12)}…`,
    hint: 'Continue it with the version of lamo that started it, or train again.',
  });
}
