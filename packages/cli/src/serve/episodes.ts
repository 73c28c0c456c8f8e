import { randomUUID } from 'node:crypto';
import { describedSizes, type PolicyDescription, type PolicyOutputs, SequenceMemory } from '@lamo/algos';
import type { ColumnArray } from '@lamo/core';
import type { ObservedValues } from '@lamo/data';
import type { Batcher } from './batcher';
import { RequestError } from './request-error';

/** An episode that somebody plays, and whose last steps are remembered here. */
export class Episode {
  readonly id = randomUUID();
  /** When it was last used, in milliseconds. */
  lastUsed = Date.now();
  /** What was observed last, to be repeated where it is missing; null at the beginning. */
  before: ObservedValues | null | undefined = null;
  #memory: SequenceMemory | undefined;
  #steps = 0;
  #isActing = false;

  constructor(
    { sequence, ...description }: PolicyDescription,
    /** What it is asked for; null of policies that follow no return. */
    readonly targetReturn: number | null,
  ) {
    if (sequence !== undefined)
      this.#memory = new SequenceMemory(describedSizes(description), sequence, [targetReturn!]);
  }

  /** Steps that were taken. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Takes a step. Only one is taken at a time, in the order in which they happen.
   *
   * @param reward of the step before
   * @throws RequestError
   */
  async act(
    observation: ColumnArray,
    reward: number | undefined,
    batcher: Pick<Batcher, 'checkRoom' | 'submit'>,
  ): Promise<PolicyOutputs> {
    if (this.#isActing)
      throw new RequestError(
        409,
        'step-in-progress',
        'The step before is not answered yet',
        [],
        'Wait for it: the steps of an episode follow each other.',
      );
    this.#checkReward(reward);
    // Before anything is remembered: whoever is refused asks the same again.
    batcher.checkRoom(1);
    this.#isActing = true;
    this.lastUsed = Date.now();
    try {
      this.#memory?.observe(observation, Float32Array.of(reward ?? 0));
      const row = this.#memory === undefined ? { observations: observation } : this.#memory.arrays;
      const [outputs] = (await batcher.submit([row])) as [PolicyOutputs];
      this.#memory?.remember(outputs.actions);
      this.#steps += 1;
      return outputs;
    } finally {
      this.#isActing = false;
      this.lastUsed = Date.now();
    }
  }

  /** What is asked for falls by what was earned: without it the policy would ask for too much. */
  #checkReward(reward: number | undefined): void {
    if (this.#memory === undefined) return;
    const isFirst = this.#steps === 0;
    if (isFirst === (reward === undefined)) return;
    const expected = isFirst
      ? 'none in the first step: nothing was earned yet'
      : 'what the step before has earned';
    const received = isFirst ? String(reward) : 'nothing';
    throw new RequestError(400, 'invalid-request', `reward: expected ${expected}`, [
      { path: 'reward', expected, received },
    ]);
  }
}

/** Episodes that are played at the same time. */
export class Episodes {
  readonly #episodes = new Map<string, Episode>();

  /** @param idle milliseconds after which one that nobody plays is forgotten */
  constructor(
    readonly description: PolicyDescription,
    readonly most: number,
    readonly idle: number,
  ) {}

  /** How many there are. */
  get size(): number {
    return this.#episodes.size;
  }

  /** Begins one. @throws RequestError */
  begin(targetReturn: number | undefined): Episode {
    const { sequence } = this.description;
    if (sequence === undefined && targetReturn !== undefined)
      throw new RequestError(400, 'no-target-return', 'The policy follows no return', [
        { path: 'targetReturn', expected: 'none', received: String(targetReturn) },
      ]);
    this.#forget();
    if (this.#episodes.size >= this.most)
      throw new RequestError(
        503,
        'too-many-episodes',
        `There are ${this.most} episodes already`,
        [],
        'End some (DELETE), or wait until some that nobody plays are forgotten.',
      );
    const target = sequence === undefined ? null : (targetReturn ?? sequence.targetReturns[0]!);
    const episode = new Episode(this.description, target);
    this.#episodes.set(episode.id, episode);
    return episode;
  }

  /** Finds one. @throws RequestError */
  find(id: string): Episode {
    this.#forget();
    const episode = this.#episodes.get(id);
    if (episode !== undefined) return episode;
    throw new RequestError(
      404,
      'no-episode',
      'There is no episode of this id',
      [],
      'It has ended, or nobody has played it for a while: begin another (POST /episodes).',
    );
  }

  /** Ends one. @throws RequestError */
  end(id: string): void {
    this.#episodes.delete(this.find(id).id);
  }

  #forget(): void {
    const oldest = Date.now() - this.idle;
    for (const { id, lastUsed } of this.#episodes.values()) if (lastUsed < oldest) this.#episodes.delete(id);
  }
}
