import { type AnyAlgorithm, algorithms } from '@lamo/algos';
import { LamoError } from '@lamo/data';
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

const STEPS = 10_000;

/** Algorithms whose steps take several times as long get fewer of them. */
const FEWER_STEPS: Readonly<Record<string, number>> = { awac: 5_000, cql: 600, edac: 1_000, 'sac-n': 1_000 };

/** Some presets have batches of 1,024: a quarter of that buys four times the steps, and is what all others have. */
const SMALLER_BATCH = { batchSize: 256 };

/** Everybody who is compared: all algorithms on transitions, BC on the best tenth, and what PyTorch has of them. */
export function findEntrants(): Entrant[] {
  const ours = [...algorithms.values()].filter((algorithm) => !isSequenceModel(algorithm)).flatMap(variants);
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
  const steps = FEWER_STEPS[name] ?? STEPS;
  const whole = { name, title, algorithm, config: SMALLER_BATCH, steps, isCounterpart: false };
  if (!('fraction' in config.shape)) return [whole];
  return [
    whole,
    {
      ...whole,
      name: `${name}-10%`,
      title: `${title}, best 10 %`,
      config: { ...SMALLER_BATCH, fraction: 0.1 },
    },
  ];
}

function counterpartOf(original: Entrant): Entrant {
  return { ...original, name: `pytorch-${original.name}`, isCounterpart: true };
}

/** Finds an entrant by its name. @throws LamoError `unknown-entrant` */
export function findEntrant(name: string): Entrant {
  const entrants = findEntrants();
  const found = entrants.find((entrant) => entrant.name === name);
  if (found !== undefined) return found;
  throw new LamoError({
    where: 'benchmarks/baselines',
    code: 'unknown-entrant',
    problem: 'There is no such entrant',
    expected: entrants.map((entrant) => entrant.name).join(', '),
    received: name,
  });
}
