import {
  checkCapabilities,
  createExperience,
  type Experience,
  type ExperienceOptions,
  experienceKind,
  parseConfig,
  type TrainingRun,
} from '@lamo/algos';
import { datasetWarnings } from '@lamo/data';
import { createEnvironment } from '@lamo/eval';
import { beginRun, type CommonRun } from './begin-run';
import { checkReplaceable } from './check-replaceable';
import { describeFields } from './dataset-side';
import { describeExperience, openedExperience } from './experience-side';
import { wholeReading } from './open-dataset';
import { checkFree } from './run-folder';
import { sidesOf } from './run-sides';
import type { NewRun } from './start-run';
import type { Starter } from './starter';

/** Everything that a new run is made of that learns by acting. */
export interface ActingRun extends CommonRun, Pick<NewRun, 'evaluation'> {
  /** Id of the environment. */
  readonly environment: string;
  /** What was logged before. @default nothing */
  readonly logged?: Pick<NewRun, 'dataset' | 'datasetPath' | 'reading'> | undefined;
  readonly settings: Omit<ExperienceOptions, 'environment' | 'dataset'>;
}

/** Opens the environment of a run. Whoever asks disposes of it. */
async function openExperience({ environment, logged, settings }: ActingRun): Promise<Experience> {
  const dataset = logged && { dataset: logged.dataset };
  return createExperience({ environment: await createEnvironment(environment), ...settings, ...dataset });
}

/** Looks at what a run would learn from, and closes it again. */
async function lookAt<Result>(run: ActingRun, look: (experience: Experience) => Result): Promise<Result> {
  const experience = await openExperience(run);
  try {
    return look(experience);
  } finally {
    experience.environment.dispose();
  }
}

async function checkActing(run: ActingRun): Promise<void> {
  await lookAt(run, (experience) => {
    checkCapabilities(run.algorithm, experience);
    const config = parseConfig(run.algorithm, run.config, run.preset);
    experienceKind.prepare(experience, config);
    checkFree(run.out, run.overwrite);
    checkReplaceable(run, config);
  });
}

const lookPlan = (run: ActingRun) => sidesOf(run.algorithm).result.plan!(run as never);

/** Starts runs that learn by acting. */
export const onExperience: Starter<ActingRun> = {
  settings: async (run) => ({
    ...lookPlan(run).settings,
    ...wholeReading(run.logged?.reading ?? {}),
    ...(await lookAt(run, ({ settings }) => settings)),
  }),
  dataHash: (run) => lookAt(run, (experience) => experienceKind.identify(experience).hash),
  check: checkActing,
  async start(run, observer = {}) {
    await checkActing(run);
    const experience = await openExperience(run);
    const { logged } = run;
    const plan = lookPlan(run);
    const warnings = logged === undefined ? [] : datasetWarnings(logged.dataset);
    const fields = (training: TrainingRun) =>
      logged &&
      describeFields(logged.dataset, logged.datasetPath, logged.reading ?? {}, [
        ...warnings,
        ...training.warnings,
      ]);
    const parts = {
      opened: openedExperience(experience, warnings),
      looks: plan.every,
      describe: async (training: TrainingRun) => ({
        ...describeExperience(experience),
        ...fields(training),
        ...(await plan.describe(training)),
      }),
    };
    return beginRun(run, parts, observer);
  },
};
