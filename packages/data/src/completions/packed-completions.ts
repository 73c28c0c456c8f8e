import { createHash } from 'node:crypto';
import type { Completions } from './completions';
import type { EncodedExample } from './encode-example';

/** Tokens of examples, one after another. */
export interface PackedExamples {
  readonly ids: Uint32Array;
  /** [N + 1] where each example begins, and the last one ends */
  readonly starts: Float64Array;
  /** [M · 2] tokens that are read, and learned, in each turn of all examples */
  readonly turns: Uint32Array;
  /** [N + 1] the first turn of each example, and how many there are */
  readonly firstTurns: Float64Array;
  /** What each token brought; undefined if none did. */
  readonly rewards: Float32Array | undefined;
  /** [N] 1 for what was cut before its end */
  readonly unfinished: Uint8Array;
  /** Prompts that came next, one after another */
  readonly nexts: Uint32Array;
  /** [N + 1] where each of these begins, and the last one ends */
  readonly nextStarts: Float64Array;
}

/** What {@link Completions} are, besides their tokens. */
type About = Pick<
  Completions,
  | 'name'
  | 'length'
  | 'nextLength'
  | 'context'
  | 'vocabularySize'
  | 'largestToken'
  | 'withoutReward'
  | 'warnings'
>;

/** Equal for equal tokens of which the same are read and learned. @param turns tokens that are read, and learned, in turn */
function keyOfTokens(ids: Uint32Array, turns: ArrayLike<number>): string {
  return createHash('sha1')
    .update(`${nameTurns(turns)}\n`)
    .update(ids)
    .digest('base64');
}

/** The key that {@link Completions.key} gives for an example. */
export function keyOfExample({ turns }: EncodedExample): string {
  const ids = turns.flatMap(({ read, learned }) => [...read, ...learned]);
  return keyOfTokens(
    Uint32Array.from(ids),
    turns.flatMap(({ read, learned }) => [read.length, learned.length]),
  );
}

/** Where turns begin and end: of a prompt with its completion, only the length of the prompt. */
const nameTurns = (turns: ArrayLike<number>) =>
  turns.length === 2 ? turns[0]! : Array.from(turns).join(' ');

/** An example among packed ones. */
interface Place {
  readonly ids: Uint32Array;
  readonly turns: Uint32Array;
  readonly rewards: Float32Array | undefined;
  readonly isUnfinished: boolean;
  readonly next: Uint32Array;
}

function placeOf(packed: PackedExamples, example: number): Place {
  const { ids, starts, turns, firstTurns, rewards, unfinished, nexts, nextStarts } = packed;
  const [start, end] = [starts[example]!, starts[example + 1]!];
  return {
    ids: ids.subarray(start, end),
    turns: turns.subarray(2 * firstTurns[example]!, 2 * firstTurns[example + 1]!),
    rewards: rewards?.subarray(start, end),
    isUnfinished: unfinished[example] === 1,
    next: nexts.subarray(nextStarts[example]!, nextStarts[example + 1]!),
  };
}

/** Makes completions of tokens that were packed. @param chosen numbers of the examples @default all */
export function packedCompletions(
  packed: PackedExamples,
  about: About,
  chosen: Uint32Array = Uint32Array.from(packed.unfinished, (_, i) => i),
): Completions {
  const at = (example: number) => placeOf(packed, chosen[example]!);
  const { length } = about;
  return {
    ...about,
    examples: chosen.length,
    read(example, { tokens, mask, rewards }, offset = 0) {
      const place = at(example);
      tokens.fill(0, offset, offset + length).set(place.ids, offset);
      mask.fill(0, offset, offset + length);
      fillMask(mask, place.turns, offset);
      rewards?.fill(0, offset, offset + length).set(place.rewards ?? [], offset);
    },
    count(example) {
      const { turns } = at(example);
      const sum = (from: number) => turns.reduce((sum, n, i) => (i % 2 === from ? sum + n : sum), 0);
      return { prompt: sum(0), completion: sum(1) };
    },
    reward: (example) => at(example).rewards?.reduce((sum, reward) => sum + reward, 0) ?? 0,
    isUnfinished: (example) => at(example).isUnfinished,
    next: (example) => at(example).next,
    key(example) {
      const { ids, turns } = at(example);
      return keyOfTokens(ids, turns);
    },
    select: (examples) =>
      packedCompletions(
        packed,
        about,
        Uint32Array.from(examples, (i) => chosen[i]!),
      ),
    padTo: (wanted) => packedCompletions(packed, { ...about, length: Math.max(wanted, length) }, chosen),
    hash() {
      const hash = createHash('sha256').update(`${chosen.length} ${length} ${about.vocabularySize}\n`);
      for (let i = 0; i < chosen.length; i++) {
        const { ids, turns, rewards, isUnfinished, next } = at(i);
        hash.update(`${ids.length} ${nameTurns(turns)}\n`).update(ids);
        if (isUnfinished) hash.update('unfinished\n');
        if (next.length > 0) hash.update(`${next.length} next\n`).update(next);
        if (rewards !== undefined) hash.update(rewards);
      }
      return hash.digest('hex');
    },
  };
}

/** Puts 1 where tokens are learned. @param turns tokens that are read, and learned, in turn */
function fillMask(mask: Float32Array, turns: Uint32Array, offset: number): void {
  let place = offset;
  for (const [i, count] of turns.entries()) {
    if (i % 2 === 1) mask.fill(1, place, place + count);
    place += count;
  }
}
