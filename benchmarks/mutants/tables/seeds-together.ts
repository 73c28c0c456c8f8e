import { mutate } from '../mutant';

/** Faults of several seeds in one program. */
export const seedsTogether = [
  ...mutate(
    'packages/runtime/src/devices/shared-loop.ts',
    ['engine/share-device.test'],
    [
      [
        'every copy gets the first one’s batches',
        '(i * copies + this.index) * size);',
        'i * copies * size);',
      ],
      [
        'metrics are the next step’s',
        'const from = (i * copies + this.index) * size;',
        'const from = ((i + 1) * copies + this.index) * size;',
      ],
      ['all copies have the noise of no key', 'pending?.key ?? 0n', '0n ?? pending?.key'],
      [
        'a state that was read is never read again',
        'this.#states = undefined;\n    await this.#loop.run',
        'await this.#loop.run',
      ],
      [
        'states that are written at once replace one another',
        'this.#written = this.#written.then(replace, replace);',
        'this.#written = replace();',
      ],
      ['who is ahead of others loses what it had', 'if (kept.size > 0) await this.#replace(kept);', ''],
      ['others wait for one that has left', 'if (!this.#present.delete(copy)) return;', ''],
    ],
  ),
  ...mutate(
    'packages/runtime/src/devices/share-device.ts',
    ['engine/share-device.test'],
    [
      ['different data are not noticed', 'data !== other.data && Buffer', 'false && Buffer'],
      ['different steps are not noticed', 'hashSteps(received) === steps', 'steps !== undefined'],
    ],
  ),
  ...mutate(
    'packages/cli/src/jobs/start-here.ts',
    ['jobs/start-here.test'],
    [['who fails is still waited for', 'await place.leave();', '']],
  ),
];
