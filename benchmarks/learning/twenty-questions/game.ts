import type { Rng } from '@lamo/core';
import type { Dialogue, Message } from '@lamo/data';
import { isTrue, OBJECTS, UTTERANCES } from './objects';
import { ALL, bestSayings, type Candidates, narrow } from './optimum';

/** Sayings after which the game is over. */
export const MOST_UTTERANCES = 10;

/** Who asks. @param candidates what may still be hidden @param said what was asked before */
type Questioner = (candidates: Candidates, said: readonly string[], rng: Rng) => string;

const pick = <T>(from: readonly T[], rng: Rng): T => from[rng.integer(from.length)]!;

/** Of mixed quality: one who does not listen, one who forgets no answer but asks anything, one who guesses at once, and one who asks well but for a slip. */
export const QUESTIONERS: Readonly<Record<string, Questioner>> = {
  deaf: (_, __, rng) => pick(UTTERANCES, rng),
  slow: (candidates, said, rng) => {
    const open = UTTERANCES.filter((utterance) => !said.includes(utterance));
    return said.length < 5 ? pick(open, rng) : pick(possible(candidates), rng);
  },
  hasty: (candidates, _, rng) => pick(possible(candidates), rng),
  good: (candidates, _, rng) =>
    rng.uniform() < 0.2 ? pick(UTTERANCES, rng) : pick(bestSayings(candidates), rng),
};

const possible = (candidates: Candidates) => OBJECTS.filter((_, i) => candidates & (1 << i));

/** How an utterance is answered: `yes`, `no`, `right` for the guess that ends the game. */
export function answer(
  object: string,
  utterance: string,
): { readonly text: string; readonly reward: number } {
  if (utterance === object) return { text: 'right', reward: 0 };
  return { text: isTrue(object, utterance) ? 'yes' : 'no', reward: -1 };
}

/** Plays a game of a questioner with a hidden object. The last answer is not said. */
export function playLogged(object: string, questioner: string, rng: Rng): Dialogue {
  const messages: Message[] = [{ role: 'user', content: 'begin' }];
  const said: string[] = [];
  for (let candidates = ALL; ; ) {
    const utterance = QUESTIONERS[questioner]!(candidates, said, rng);
    const { text, reward } = answer(object, utterance);
    messages.push({ role: 'assistant', content: utterance, reward });
    said.push(utterance);
    if (text === 'right' || said.length === MOST_UTTERANCES) return { messages };
    messages.push({ role: 'user', content: text });
    candidates = narrow(candidates, utterance, text === 'yes');
  }
}

/** A log of games, of all questioners and objects in turn. */
export function logOfGames(games: number, rng: Rng): Dialogue[] {
  const names = Object.keys(QUESTIONERS);
  return Array.from({ length: games }, (_, i) =>
    playLogged(pick(OBJECTS, rng), names[i % names.length]!, rng),
  );
}

/** The return of a game. */
export const returnOfGame = ({ messages }: Dialogue): number =>
  messages.reduce((sum, { reward }) => sum + ((reward as number | undefined) ?? 0), 0);

/**
 * Plays games with every object hidden, all at once.
 *
 * @param player says what is asked next in each dialogue: what was said in turn, from `begin` on
 * @param games with each object
 * @returns the return of each; anything else that is said is answered with no
 */
export async function playGames(
  player: (dialogues: readonly (readonly string[])[]) => Promise<readonly string[]>,
  games = 1,
): Promise<number[]> {
  const all = OBJECTS.flatMap((object) =>
    Array.from({ length: games }, () => ({ object, said: ['begin'], total: 0, isOpen: true })),
  );
  for (let turn = 0; turn < MOST_UTTERANCES; turn++) {
    const open = all.filter(({ isOpen }) => isOpen);
    if (open.length === 0) break;
    const utterances = await player(open.map(({ said }) => said));
    for (const [i, game] of open.entries()) {
      const { text, reward } = answer(game.object, utterances[i]!);
      game.total += reward;
      game.isOpen = text !== 'right';
      game.said.push(utterances[i]!, text);
    }
  }
  return all.map(({ total }) => total);
}
