import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { checkCount, checkNumber, LamoError, Rng } from '@lamo/core';
import type { TextSource } from './text-source';

/** Options of {@link independentTokens}. */
export interface IndependentTokensOptions {
  /** S: how many different tokens there are. @default 100 */
  readonly states?: number;
  /** Length of the text. @default 2,000,000: as much as the nano model has read */
  readonly tokens?: number;
  /** Seeds the transition probabilities, and what is drawn with them. @default 0 */
  readonly seed?: number;
}

/** Options of {@link markovChain}. */
export interface MarkovChainOptions extends IndependentTokensOptions {
  /** How many of the tokens before it the next one depends on. @default 1 */
  readonly memory?: number;
  /** Divides the logits of the transition probabilities: the lower it is, the more there is to learn. @default 1 */
  readonly temperature?: number;
}

/** A text whose tokens are drawn at random: words that are the numbers of states. How well it can be predicted is known. */
export interface DrawnText extends TextSource {
  /** S: the words are the numbers from 0 to S − 1. */
  readonly states: number;
  /**
   * The entropy rate in nats per token, the least loss that a model can have on average: the mean entropy of the next token over the
   * first 100,000 tokens.
   */
  entropyRate(): number;
}

/** All that says what is drawn. */
type Drawing = Required<MarkovChainOptions>;

/** The distribution of the token that follows some others. */
interface Row {
  /** [S] the sum of the probabilities of each token and all before it */
  readonly cumulative: Float64Array;
  /** In nats. */
  readonly entropy: number;
}

const DEFAULTS: Drawing = { states: 100, memory: 1, temperature: 1, tokens: 2_000_000, seed: 0 };

/** The entropies of a row differ by a few hundredths: the mean of so many is good to the fourth digit. */
const ENTROPY_TOKENS = 100_000;

/** Words in a row of text. */
const ROW_TOKENS = 1000;

/** Probabilities that may have to be drawn for a text: a minute. */
const MOST_DRAWN = 2 ** 28;

/** Probabilities that are kept before all are forgotten: 128 MB. */
const MOST_PROBABILITIES = 2 ** 24;

/**
 * Draws a text from a Markov chain, to pre-train on something that is not language (Wang et al. 2024, Pre-training with Synthetic Data
 * Helps Offline Reinforcement Learning, ICLR). The probabilities of the next token are the softmax of logits that are drawn uniformly
 * from [0, 1), for each sequence of `memory` tokens anew, divided by the temperature, as in the authors' code; the defaults are theirs. The
 * first tokens follow from as many as there are.
 *
 * Equal options give the same text on every machine. It is drawn as it is read; probabilities are drawn as they are needed.
 *
 * @throws LamoError `out-of-range`
 * @example
 * const text = markovChain({ states: 10, temperature: 0.1 });
 * console.log(text.entropyRate()); // no model has a lower loss
 */
export function markovChain(options: MarkovChainOptions = {}): DrawnText {
  const { temperature = DEFAULTS.temperature, memory = DEFAULTS.memory } = options;
  checkCount('data/text', 'memory', memory);
  checkNumber('data/text', 'temperature', temperature, 'a number above 0', (number) => number > 0);
  return drawnText('markov-chain', options);
}

/**
 * Draws each token of a text independently, all of them equally likely: the control of {@link markovChain}, with nothing to learn but that.
 *
 * @throws LamoError `out-of-range`
 */
export function independentTokens(options: IndependentTokensOptions = {}): DrawnText {
  return drawnText('independent-tokens', options, { memory: 0, temperature: Infinity });
}

function drawnText(kind: string, options: MarkovChainOptions, fixed: Partial<Drawing> = {}): DrawnText {
  const drawing = { ...DEFAULTS, ...options, ...fixed };
  const { states, tokens, seed } = drawing;
  checkNumber(
    'data/text',
    'states',
    states,
    'an integer above 1',
    (number) => number > 1 && Number.isSafeInteger(number),
  );
  checkCount('data/text', 'tokens', tokens);
  Rng.fromSeed(seed); // Throws at once, not when the text is read.
  checkSize(drawing);
  const given = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return {
    name: given.length === 0 ? kind : `${kind}:${given.join(',')}`,
    states,
    entropyRate() {
      const length = Math.min(ENTROPY_TOKENS, tokens);
      let sum = 0;
      for (const { entropy } of walk(drawing, length)) sum += entropy;
      return sum / length;
    },
    async fingerprint() {
      const { memory, temperature } = drawing;
      const all = `markov chain ${[states, memory, temperature, tokens, seed].join(' ')}`;
      return createHash('sha256').update(all).digest('hex');
    },
    async *rows() {
      const row: number[] = [];
      for (const { state } of walk(drawing, tokens)) {
        row.push(state);
        if (row.length < ROW_TOKENS) continue;
        yield `${row.splice(0).join(' ')}\n`;
        // Lets signals through: whoever reads may be told to stop.
        await setImmediate();
      }
      if (row.length > 0) yield `${row.join(' ')}\n`;
    },
  };
}

/** Each sequence of `memory` tokens that comes up needs S probabilities of its own. */
function checkSize({ states, memory, tokens }: Drawing): void {
  const drawn = states * Math.min(states ** memory, tokens);
  if (drawn <= MOST_DRAWN) return;
  throw new LamoError({
    where: 'data/text',
    code: 'out-of-range',
    problem: 'A chain of so many states, or so much memory, takes too long to draw',
    expected: `at most ${MOST_DRAWN} transition probabilities: states × the smaller of states ** memory and tokens`,
    received: `states ${states}, memory ${memory}, tokens ${tokens}: ${drawn}`,
    hint: 'Take fewer states, less memory, or fewer tokens.',
  });
}

/** Draws one state after another, and says what the entropy of each was. */
function* walk(
  drawing: Drawing,
  length: number,
): Generator<{ readonly state: number; readonly entropy: number }> {
  const { memory, states, seed } = drawing;
  const rng = Rng.fromSeed(seed);
  const [logits, draws] = [rng.split('logits'), rng.split('draws')];
  const known = new Map<string, Row>();
  const before: number[] = [];
  for (let i = 0; i < length; i++) {
    const key = before.join(' ');
    const row = known.get(key) ?? drawRow(drawing, logits.split(key));
    if (known.size * states > MOST_PROBABILITIES) known.clear();
    known.set(key, row);
    const state = pick(row, draws.uniform());
    yield { state, entropy: row.entropy };
    before.push(state);
    if (before.length > memory) before.shift();
  }
}

/** softmax(u / temperature), u uniform in [0, 1) */
function drawRow({ states, temperature }: Drawing, rng: Rng): Row {
  // Less 1, the most there is, so that no temperature overflows.
  const weights = Float64Array.from({ length: states }, () => Math.exp((rng.uniform() - 1) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let [cumulated, entropy] = [0, 0];
  const cumulative = weights.map((weight) => {
    const probability = weight / sum;
    if (probability > 0) entropy -= probability * Math.log(probability);
    cumulated += probability;
    return cumulated;
  });
  return { cumulative, entropy };
}

/** The first state that reaches above a number from [0, 1). */
function pick({ cumulative }: Row, number: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (number < cumulative[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
