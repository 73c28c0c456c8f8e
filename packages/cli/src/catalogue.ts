import type { AnyAlgorithm, ConfigField } from '@lamo/algos';
import listed from './generated/catalogue.json';

/** What help and lists say about an algorithm. */
export interface CataloguedAlgorithm
  extends Pick<AnyAlgorithm, 'name' | 'title' | 'paper' | 'presets' | 'metrics' | 'acting'> {
  readonly config: readonly ConfigField[];
  /** Kind of data that it learns from. */
  readonly data: string;
  /** It can go on in an environment. */
  readonly canActOnline: boolean;
  /** Kind of what comes out: `policy`. */
  readonly result: string;
}

/** What the packages offer on the command line. */
export interface Catalogue {
  readonly algorithms: readonly CataloguedAlgorithm[];
  readonly devices: readonly { readonly name: string; readonly description: string }[];
  /** Ways to choose which task a demonstration is asked for. */
  readonly selectionRules: readonly { readonly name: string; readonly description: string }[];
}

/**
 * What help and lists say about everything that needs a tensor library, so that they need not load it. `pnpm run docs` writes it from the packages, and a test compares.
 */
export const catalogue = listed as unknown as Catalogue;

/** The algorithms that learn from logged decisions. */
export const onDatasets = catalogue.algorithms.filter(({ data }) => data === 'dataset');
