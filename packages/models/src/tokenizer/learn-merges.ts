import TinyQueue from 'tinyqueue';

/** A word of the text: its tokens, which merging makes fewer, and how often it occurs. */
export interface Word {
  tokens: number[];
  readonly count: number;
}

/** Two tokens that stand side by side. */
interface Pair {
  readonly left: number;
  readonly right: number;
  /** How often they do in the whole text. */
  count: number;
  /** Words that have, or had, this pair. */
  readonly words: Set<Word>;
}

/** A pair as it was when it was queued. */
interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

/** A pair that occurs once teaches nothing. */
const LEAST_COUNT = 2;

/**
 * Learns byte-pair merges (Sennrich et al. 2016, algorithm 1): again and again the most frequent pair of neighbours becomes one token. Of
 * equally frequent pairs the one with the smaller ids is taken. Counts are kept up to date word by word, so a merge costs
 * no more than the words it changes.
 *
 * @param words changed in place: afterwards they are segmented by all merges
 * @param tokenOf names the token that a pair becomes, or undefined when there shall be no further one
 * @returns pairs in the order they were merged
 */
export function learnMerges(
  words: readonly Word[],
  tokenOf: (left: number, right: number) => number | undefined,
): [left: number, right: number][] {
  const pairs = new Map<number, Pair>();
  const queue = new TinyQueue<Candidate>([], mostFrequentFirst);
  const enqueue = (pair: Pair) => queue.push({ pair, count: pair.count });
  for (const word of words) countPairs(pairs, word, word.count);
  for (const pair of pairs.values()) enqueue(pair);

  const merges: [number, number][] = [];
  for (;;) {
    const candidate = queue.pop();
    if (candidate === undefined || candidate.count < LEAST_COUNT) return merges;
    const { pair, count } = candidate;
    if (pair.count !== count) {
      // Counted again since it was queued. If it grew, a newer candidate is in the queue.
      if (pair.count < count) enqueue(pair);
      continue;
    }
    const merged = tokenOf(pair.left, pair.right);
    if (merged === undefined) return merges;
    merges.push([pair.left, pair.right]);
    for (const grown of mergePair(pairs, pair, merged)) enqueue(grown);
  }
}

/** Replaces a pair in all its words. @returns pairs that occur more often than before */
function mergePair(pairs: Map<number, Pair>, pair: Pair, merged: number): Set<Pair> {
  const grown = new Set<Pair>();
  for (const word of pair.words) {
    const tokens = replacePair(word.tokens, pair, merged);
    if (tokens.length === word.tokens.length) continue;
    countPairs(pairs, word, -word.count);
    word.tokens = tokens;
    for (const counted of countPairs(pairs, word, word.count)) {
      if (counted.left === merged || counted.right === merged) grown.add(counted);
    }
  }
  pair.words.clear();
  return grown;
}

function replacePair(tokens: readonly number[], { left, right }: Pair, merged: number): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const isPair = tokens[i] === left && tokens[i + 1] === right;
    replaced.push(isPair ? merged : tokens[i]!);
    if (isPair) i++;
  }
  return replaced;
}

/** Adds the pairs of a word to the counts, `weight` times. @returns those pairs */
function countPairs(pairs: Map<number, Pair>, word: Word, weight: number): Pair[] {
  const counted: Pair[] = [];
  for (let i = 1; i < word.tokens.length; i++) {
    const [left, right] = [word.tokens[i - 1]!, word.tokens[i]!];
    // Ids are far below 2^24, so the key is a whole number that a double holds.
    const key = left * 2 ** 24 + right;
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, words: new Set() };
      pairs.set(key, pair);
    }
    pair.count += weight;
    if (weight > 0) pair.words.add(word);
    counted.push(pair);
  }
  return counted;
}

function mostFrequentFirst(a: Candidate, b: Candidate): number {
  return b.count - a.count || a.pair.left - b.pair.left || a.pair.right - b.pair.right;
}
