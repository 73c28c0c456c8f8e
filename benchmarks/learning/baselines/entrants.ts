import { type AnyAlgorithm, algorithmsOf, datasetKind } from '@lamo/algos';
import { findNamed } from '../find-named';
import { counterparts } from './counterparts';

/** One line of the table: an algorithm with its settings, trained by us or by its PyTorch counterpart. */
export interface Entrant {
  /** Name of its result files: `td3-bc`, `bc-10%`, `pytorch-td3-bc`. */
  readonly name: string;
  /** Name of the line; a counterpart has that of its original. */
  readonly title: string;
  readonly algorithm: AnyAlgorithm;
  /** Settings that differ from the defaults, and from the presets for the task. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Gradient steps. */
  readonly steps: number;
  /** Trained by PyTorch, and only judged by us. */
  readonly isCounterpart: boolean;
}

/** Some presets have batches of 1,024: a quarter of that buys four times the steps. */
const USUAL = { steps: 10_000, config: { batchSize: 256 } };

/** The references of some standardise nothing; what was published here was made without, too. */
const AS_LOGGED = { normaliseObservations: false };

/** Ten critics take ten times as long, so they are narrow. */
const MANY_CRITICS = { steps: 30_000, config: { ...AS_LOGGED, batchSize: 64, hiddenSize: 64 } };

/** Who cannot learn much from that. */
const UNUSUAL: Readonly<Record<string, Pick<Entrant, 'steps' | 'config'> & { readonly title?: string }>> = {
  awac: { steps: 5_000, config: { batchSize: 256 } },
  // Thirty actions a row go through the critics, so rows are few. Usually the policy learns at a tenth of the critics' rate, and
  // for a million steps.
  cql: {
    title: 'CQL, actor at 3e-4',
    steps: 5_000,
    config: { batchSize: 64, actorLearningRate: 3e-4 },
  },
  edac: { title: 'EDAC, width 64', ...MANY_CRITICS },
  'sac-n': { title: 'SAC-N, width 64', ...MANY_CRITICS },
  // The presets' weights β₁ of the data are for a million steps: with 0.001, actors look at the data only once values have grown
  // to hundreds, and score 3 in HalfCheetah after 40,000 steps.
  rebrac: {
    title: 'ReBRAC, β₁ = 0.05',
    steps: 20_000,
    config: { ...AS_LOGGED, batchSize: 256, actorPenalty: 0.05 },
  },
  xql: { steps: USUAL.steps, config: { ...AS_LOGGED, ...USUAL.config } },
};

/** Everybody who is compared: all algorithms on transitions, BC on the best tenth, and what PyTorch has of them. */
export function findEntrants(): Entrant[] {
  const ours = [...algorithmsOf(datasetKind, 'policy').values()]
    .filter((algorithm) => !isSequenceModel(algorithm))
    .flatMap(variants);
  const theirs = ours.filter(({ name }) => name in counterparts);
  return [...ours, ...theirs.map(counterpartOf)];
}

/** A setting for the context tells those that few-data.ts compares. */
function isSequenceModel({ config }: AnyAlgorithm): boolean {
  return 'contextLength' in config.shape;
}

/** An algorithm that can choose the data it imitates is tried with the best tenth, too. */
function variants(algorithm: AnyAlgorithm): Entrant[] {
  const { name, title, config } = algorithm;
  const whole = { name, title, algorithm, ...(UNUSUAL[name] ?? USUAL), isCounterpart: false };
  if (!('fraction' in config.shape)) return [whole];
  return [
    whole,
    {
      ...whole,
      name: `${name}-10%`,
      title: `${title}, best 10 %`,
      config: { ...whole.config, fraction: 0.1 },
    },
  ];
}

function counterpartOf(original: Entrant): Entrant {
  return { ...original, name: `pytorch-${original.name}`, isCounterpart: true };
}

/** Finds an entrant by its name. @throws LamoError `unknown-entrant` */
export function findEntrant(name: string): Entrant {
  return findNamed('entrant', Object.fromEntries(findEntrants().map((one) => [one.name, one])), name);
}
