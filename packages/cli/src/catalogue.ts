import type { AnyAlgorithm, ConfigField } from '@lamo/algos';
import listed from './generated/catalogue.json';

/** What help and lists tell of an algorithm. */
export interface CataloguedAlgorithm
  extends Pick<AnyAlgorithm, 'name' | 'title' | 'paper' | 'presets' | 'metrics'> {
  readonly config: readonly ConfigField[];
}

/** What lists tell of an environment. */
export interface CataloguedEnvironment {
  readonly name: string;
  readonly observations: number;
  readonly actions: number;
  /** Steps after which an episode is cut. */
  readonly steps: number;
  readonly 'score 0': number | null;
  readonly 'score 100': number | null;
  readonly collectors: readonly string[];
}

/** What the packages offer to the command line. */
export interface Catalogue {
  readonly algorithms: readonly CataloguedAlgorithm[];
  readonly environments: readonly CataloguedEnvironment[];
  readonly devices: readonly { readonly name: string; readonly description: string }[];
  /** Settings of `lamo pretrain`. */
  readonly pretraining: readonly ConfigField[];
}

/**
 * Everything that help and lists say, so that they come at once: to ask the packages for it takes a tensor library and a
 * physics engine. `pnpm run docs` writes it from the packages, and a test compares.
 */
export const catalogue = listed as unknown as Catalogue;
