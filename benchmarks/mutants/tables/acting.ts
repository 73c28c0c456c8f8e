import { type Mutant, mutate } from '../mutant';

/** Faults in learning by acting. */
export const acting: readonly Mutant[] = [
  ...mutate(
    'packages/algos/src/online/player.ts',
    ['online/online.test'],
    [
      ['actions are not scaled', 'scaleActions(raw, this.#bounds).actions', 'raw.actions'],
      [
        'a restored episode does not take its actions again',
        'const result = this.environment.step(actions.slice(i, i + actionSize));',
        'const result = this.environment.step([0]);',
      ],
      ['all episodes start alike', '`episode ${this.#episode}`', "'episode'"],
      [
        'the next observation is the last one',
        'nextObservation: result.observation,',
        'nextObservation: observation,',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/online/experience-source.ts',
    ['online/online.test'],
    [
      [
        'the policy that acts is never brought up to date',
        'else await this.#policy.load(await look.readState());',
        '',
      ],
      ['logged decisions are forgotten once it acts', 'Math.round(settings.offlineShare * batchSize)', '0'],
      ['it acts before the offline steps are over', '(taken - offlineSteps) /', 'taken /'],
      [
        'new rows are not drawn from',
        'this.#rounds += 1;\n    this.#parts = this.#chooseParts();',
        'this.#rounds += 1;',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/replay.ts',
    ['src/replay.test'],
    [
      [
        'what was there is lost where it grows',
        'this.#columns = this.#allocate(capacity);\n    this.#copy(before);',
        'this.#columns = this.#allocate(capacity);',
      ],
      [
        'ends are forgotten where it goes back',
        'if (columns.terminated[row] === 1 || columns.truncated[row] === 1) this.#ends.push(row + 1);',
        '',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/discrete-sac.ts',
    ['algorithms/discrete-sac.test', 'online/online.test'],
    [
      [
        'the next value has no entropy',
        'tf.sub(lowest(state.targets, batch.nextObservations), tf.mul(tf.exp(state.logAlpha), logOdds))',
        'lowest(state.targets, batch.nextObservations)',
      ],
      [
        'the online critics are their own targets',
        'lowest(state.targets, batch.nextObservations)',
        'lowest(state.critics, batch.nextObservations)',
      ],
      [
        'the target of the entropy is n',
        'config.entropyShare * Math.log(batch.actions.shape[1]!)',
        'config.entropyShare * batch.actions.shape[1]!',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/collect/play-in-turn.ts',
    ['collect/qualities.test'],
    [
      [
        'parts run on into one another',
        'const kept = left === 1 ? part : onlyFinished(part);',
        'const kept = part;',
      ],
    ],
  ),
];
