import { Rng } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { mean } from '@lamo/eval';
import { describe, expect, it } from 'vitest';
import {
  answer,
  logOfGames,
  MOST_UTTERANCES,
  playGames,
  playLogged,
  QUESTIONERS,
  returnOfGame,
} from './game';
import { ATTRIBUTES, isTrue, OBJECTS, UTTERANCES } from './objects';
import { ALL, bestSayings, countOf, narrow, optimalReturn } from './optimum';
import { questionTokenizer } from './question-tokenizer';

/** What may be hidden, by the answers of a dialogue. */
const candidatesOf = (said: readonly string[]) => {
  let candidates = ALL;
  for (let i = 1; i + 1 < said.length; i += 2)
    candidates = narrow(candidates, said[i]!, said[i + 1] === 'yes');
  return candidates;
};

describe('the objects', () => {
  it('are told apart by their attributes', () => {
    const rows = OBJECTS.map((object) => ATTRIBUTES.map((attribute) => isTrue(object, attribute)).join());
    expect(new Set(rows).size).toBe(OBJECTS.length);
    expect(new Set(UTTERANCES).size).toBe(ATTRIBUTES.length + OBJECTS.length);
  });
});

describe('the optimum', () => {
  const bits = (...names: string[]) => names.reduce((sum, name) => sum | (1 << OBJECTS.indexOf(name)), 0);

  it('is known by hand for few objects', () => {
    expect(optimalReturn(bits('cat'))).toBe(0);
    // A guess is right half the time, otherwise the next one is: 0 and −1.
    expect(optimalReturn(bits('cat', 'ship'))).toBe(-0.5);
    // Guess one after another: 0, −1 and −2; a question first costs 1, then 0 of one or 0 and −1 of two.
    expect(optimalReturn(bits('cat', 'ship', 'oak'))).toBeCloseTo(-1, 12);
    expect(countOf(bits('cat', 'ship', 'oak'))).toBe(3);
  });

  it('is reached by whoever says what is best, and by nobody else', async () => {
    const rng = Rng.fromSeed(1);
    const best = await playGames(async (all) => all.map((said) => bestSayings(candidatesOf(said))[0]!));
    expect(mean(best)).toBeCloseTo(optimalReturn(ALL), 12);
    // Sixteen are not told apart by fewer than four answers, of which the last is free, and some guesses are right earlier.
    expect(optimalReturn(ALL)).toBeCloseTo(-3.5, 12);
    for (const name of Object.keys(QUESTIONERS)) {
      const returns = Array.from({ length: 400 }, (_, i) =>
        returnOfGame(playLogged(OBJECTS[i % OBJECTS.length]!, name, rng)),
      );
      expect(mean(returns), name).toBeLessThan(optimalReturn(ALL));
    }
  });
});

describe('the game', () => {
  it('costs one for each utterance but the right guess, and ends after ten', async () => {
    expect(answer('cat', 'alive')).toEqual({ text: 'yes', reward: -1 });
    expect(answer('cat', 'ship')).toEqual({ text: 'no', reward: -1 });
    expect(answer('cat', 'cat')).toEqual({ text: 'right', reward: 0 });
    const returns = await playGames(async (all) => all.map(() => 'cat'), 2);
    expect(returns.filter((total) => total === 0)).toHaveLength(2);
    expect(returns.filter((total) => total === -MOST_UTTERANCES)).toHaveLength(2 * (OBJECTS.length - 1));
  });

  it('is logged by questioners of mixed quality, the same for the same seed', async () => {
    const log = logOfGames(400, Rng.fromSeed(3));
    expect(logOfGames(400, Rng.fromSeed(3))).toEqual(log);
    const of = (kind: number) => mean(log.filter((_, i) => i % 4 === kind).map(returnOfGame));
    const [deaf, slow, hasty, good] = [0, 1, 2, 3].map(of) as [number, number, number, number];
    expect(good).toBeGreaterThan(Math.max(deaf, slow, hasty) + 1);
    expect(deaf).toBeLessThan(slow);
    const completions = await tokenCompletions(completionsFromRows(log), questionTokenizer, { context: 40 });
    expect(completions.withoutReward).toBeUndefined();
    expect(completions.reward(7)).toBe(returnOfGame(log[7]!));
    expect(completions.length).toBe(3 * MOST_UTTERANCES);
  });
});
