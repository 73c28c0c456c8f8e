import {
  actingSettings,
  checkCapabilities,
  createExperience,
  type Experience,
  type ExperienceOptions,
  parseConfig,
  type TrainingRun,
} from '@lamo/algos';
import { datasetWarnings } from '@lamo/data';
import { createEnvironment } from '@lamo/eval';
import { beginRun, type CommonRun } from './begin-run';
import { checkReplaceable } from './check-replaceable';
import { describeFields } from './dataset-side';
import { describeExperience, openedExperience } from './experience-side';
import { readingSettings, wholeReading } from './open-dataset';
import type { RunObserver } from './open-run';
import { checkFree, type RunFolder } from './run-folder';
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

/** Opens what a run learns from, for as long as it is used. */
async function withExperience<Result>(
  { environment: id, logged, settings }: ActingRun,
  use: (experience: Experience) => Result | Promise<Result>,
): Promise<Result> {
  const dataset = logged && { dataset: logged.dataset };
  const environment = await createEnvironment(id);
  try {
    return await use(createExperience({ environment, ...settings, ...dataset }));
  } finally {
    environment.dispose();
  }
}

function checkActing(run: ActingRun, experience: Experience): void {
  checkCapabilities(run.algorithm, experience);
  const config = parseConfig(run.algorithm, run.config, run.preset);
  run.algorithm.data.prepare(experience, config);
  checkFree(run.out, run.overwrite);
  checkReplaceable(run, config);
}

const lookPlan = (run: ActingRun) => sidesOf(run.algorithm).result.plan!(run);

/** Starts runs that learn by acting. */
export const onExperience: Starter<ActingRun> = {
  settings: async (run) => ({
    ...lookPlan(run).settings,
    ...readingSettings(wholeReading(run.logged?.reading ?? {})),
    ...(await withExperience(run, (experience) => actingSettings(experience, run.algorithm.acting))),
  }),
  dataHash: (run) => withExperience(run, (experience) => run.algorithm.data.identify(experience).hash),
  check: (run) => withExperience(run, (experience) => checkActing(run, experience)),
  start: (run, observer = {}) => withExperience(run, (experience) => startActing(run, experience, observer)),
};

async function startActing(
  run: ActingRun,
  experience: Experience,
  observer: RunObserver,
): Promise<RunFolder> {
  checkActing(run, experience);
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
      ...describeExperience(run.algorithm, experience),
      ...fields(training),
      ...(await plan.describe(training)),
    }),
  };
  return beginRun(run, parts, observer);
}
