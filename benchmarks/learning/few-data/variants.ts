/** A row of the table. */
export interface Variant {
  readonly title: string;
  /** Of `lamo train`: the algorithm, and settings that differ. */
  readonly train: readonly string[];
  /** Whether it is told which return to aim at, and takes the settings of sequence models. */
  readonly isSequence: boolean;
  /** What `lamo pretrain --text` trains its backbone on, in place of the one that is shipped. */
  readonly text?: readonly string[];
}

/** Where the study is told to find books. */
export const BOOKS = 'BOOKS';

const lamo = { train: ['lamo'], isSequence: true };
const onTransitions = (title: string, ...train: string[]): Variant => ({ title, train, isSequence: false });

/** Thirty actions a row go through CQL's critics, so rows are few, and its actor learns as fast as they do. */
const QUICK_CQL = '--batch-size 64 --actor-learning-rate 3e-4'.split(' ');

/**
 * Who is compared. LaMo's backbone is the one that is shipped, which has read books. Below it stand its controls: what remains of its score
 * without language, and without any pre-training. Text in random order has the words but no sentences; a Markov chain only says what follows
 * what, and is reported to help as much as Wikipedia (arXiv 2310.00771); independent tokens say nothing at all.
 */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  bc: onTransitions('BC', 'bc'),
  'td3-bc': onTransitions('TD3+BC', 'td3-bc'),
  iql: onTransitions('IQL', 'iql'),
  cql: onTransitions('CQL', 'cql', ...QUICK_CQL),
  dt: { title: 'DT', train: ['dt'], isSequence: true },
  'wiki-rl': { title: 'Wiki-RL', train: ['wiki-rl'], isSequence: true },
  lamo: { title: 'LaMo', ...lamo },
  'lamo-shuffled': {
    title: 'LaMo on shuffled text',
    ...lamo,
    text: [BOOKS, '--shuffle-tokens', '--vocabulary', '4096'],
  },
  'lamo-markov': { title: 'LaMo on a Markov chain', ...lamo, text: ['markov-chain'] },
  'lamo-independent': { title: 'LaMo on independent tokens', ...lamo, text: ['independent-tokens'] },
  'lamo-random': { title: 'LaMo without pre-training', ...lamo, train: ['lamo', '--no-pretrained'] },
};
