import { describe, expect, it } from 'vitest';
import { type DrawnText, independentTokens, type MarkovChainOptions, markovChain } from './markov-chain';

describe('markovChain', () => {
  const small = { states: 3, temperature: 0.1, tokens: 60_000 };

  it('draws a token from the one before it: two before it say no more', async () => {
    const text = markovChain(small);
    const tokens = await tokensOf(text);
    expect(tokens).toHaveLength(60_000);
    expect(new Set(tokens)).toEqual(new Set([0, 1, 2]));
    // Entropies of 60,000 draws stray by less than 0.006, two standard deviations.
    expect(conditionalEntropy(tokens, 1)).toBeCloseTo(text.entropyRate(), 2);
    expect(conditionalEntropy(tokens, 2)).toBeCloseTo(text.entropyRate(), 2);
    // There is something to learn: of tokens whose order is random, the entropy is higher.
    expect(conditionalEntropy(tokens, 0)).toBeGreaterThan(text.entropyRate() + 0.1);
  });

  it('draws a token from the two before it, where it remembers two: one of them says less', async () => {
    const text = markovChain({ ...small, memory: 2 });
    const tokens = await tokensOf(text);
    expect(conditionalEntropy(tokens, 2)).toBeCloseTo(text.entropyRate(), 2);
    expect(conditionalEntropy(tokens, 3)).toBeCloseTo(text.entropyRate(), 2);
    expect(conditionalEntropy(tokens, 1)).toBeGreaterThan(text.entropyRate() + 0.1);
  });

  it('has logits that are uniform in [0, 1): at temperature 1 the entropy is less than that of 100 equal states by half their variance', () => {
    // ln E exp(u) − E[u exp(u)] / E exp(u), exactly, for many states; 100 rows of 100 states differ from it by less than 0.002.
    const [mean, weighted] = [Math.E - 1, 1];
    const least = Math.log(100) + Math.log(mean) - weighted / mean;
    expect(Math.abs(markovChain().entropyRate() - least)).toBeLessThan(2e-3);
    expect(Math.abs(least - (Math.log(100) - 1 / 24))).toBeLessThan(2e-3);
  });

  it('is always the same for the same options, and another for another seed', async () => {
    const first = await tokensOf(markovChain(small));
    expect(await tokensOf(markovChain(small))).toEqual(first);
    expect(await tokensOf(markovChain({ ...small, seed: 1 }))).not.toEqual(first);
    const fingerprints = await Promise.all(
      [small, { ...small, seed: 1 }, { ...small, memory: 2 }, { ...small, temperature: 0.2 }].map((options) =>
        markovChain(options).fingerprint(),
      ),
    );
    expect(new Set(fingerprints).size).toBe(4);
    expect(await markovChain({ ...small, seed: 0 }).fingerprint()).toBe(fingerprints[0]);
  });

  it('stays exact where all but one state are next to impossible', async () => {
    const text = markovChain({ states: 50, temperature: 1e-4, tokens: 2000 });
    expect(text.entropyRate()).toBeLessThan(0.05);
    expect((await tokensOf(text)).every((token) => token >= 0 && token < 50)).toBe(true);
  });

  it.each([
    [{ states: 1 }, '`states` must be an integer above 1'],
    [{ states: 2.5 }, '`states` must be an integer above 1'],
    [{ states: 1_000_000 }, 'A chain of so many states, or so much memory, takes too long to draw'],
    [{ states: 1000, memory: 2 }, 'takes too long to draw'],
    [{ memory: 0 }, '`memory` must be a positive integer'],
    [{ temperature: 0 }, '`temperature` must be a number above 0'],
    [{ temperature: Number.NaN }, '`temperature` must be a number above 0'],
    [{ tokens: -1 }, '`tokens` must be a positive integer'],
    [{ seed: 0.5 }, '`seed` must be an integer'],
  ] satisfies [MarkovChainOptions, string][])('refuses %o', (options, message) => {
    expect(() => markovChain(options)).toThrow(message);
  });
});

describe('a text that is being drawn', () => {
  it('lets what else waits have its turn, such as a signal to stop', async () => {
    let isStopped = false;
    setTimeout(() => {
      isStopped = true;
    }, 1);
    let rows = 0;
    for await (const _ of markovChain({ tokens: 50_000_000 }).rows()) {
      rows++;
      if (isStopped) break;
    }
    expect(rows).toBeLessThan(50_000);
  });
});

describe('independentTokens', () => {
  it('draws every token independently, all equally likely', async () => {
    const text = independentTokens({ states: 4, tokens: 60_000 });
    expect(text.entropyRate()).toBeCloseTo(Math.log(4), 10);
    const tokens = await tokensOf(text);
    for (const order of [0, 1, 2]) expect(conditionalEntropy(tokens, order)).toBeCloseTo(Math.log(4), 2);
  });
});

async function tokensOf(text: DrawnText): Promise<number[]> {
  const tokens: number[] = [];
  for await (const row of text.rows()) tokens.push(...row.trim().split(' ').map(Number));
  return tokens;
}

/** Entropy of a token given those before it, in nats, by how often they occur together. */
function conditionalEntropy(tokens: readonly number[], order: number): number {
  return blockEntropy(tokens, order + 1) - blockEntropy(tokens, order);
}

function blockEntropy(tokens: readonly number[], length: number): number {
  const counts = new Map<string, number>();
  const blocks = tokens.length - length + 1;
  for (let i = 0; i < blocks; i++) {
    const block = tokens.slice(i, i + length).join(' ');
    counts.set(block, (counts.get(block) ?? 0) + 1);
  }
  return -[...counts.values()].reduce((sum, count) => sum + (count / blocks) * Math.log(count / blocks), 0);
}
