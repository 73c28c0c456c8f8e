import { type Mutant, mutate } from '../mutant';

/** Faults of what is shipped of a policy: what its file says, named observations, answers over HTTP. */
export const serving: readonly Mutant[] = [
  ...mutate(
    'packages/data/src/log/encode-observation.ts',
    ['log/encode-observation.test'],
    [
      ['what came before is not repeated', 'if (previous && before != null)', 'if (false)'],
      ['what is not known is filled in', '|| (previous && before === undefined)', ''],
      ['a category is the one after', '(i === place ? 1 : 0)', '(i === place + 1 ? 1 : 0)'],
      ['parts begin where the first one does', 'filled[name]), part.start)', 'filled[name]), 0)'],
      ['an unknown column is passed over', 'if (unknown !== undefined)', 'if (false)'],
      ['names may leave columns out', 'parts.at(-1)?.end === spaces.observationSize', 'parts.length > 0'],
      [
        'numbers may be too large for 32 bits',
        'Number.isFinite(Math.fround(number))',
        'Number.isFinite(number)',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/log/circle.ts',
    ['log/read-log.test'],
    [
      ['weeks begin on a Thursday', 'start: 4 * 86_400_000', 'start: 0'],
      ['sine and cosine change places', 'places[2 * i] = Math.sin(angle)', 'places[2 * i] = Math.cos(angle)'],
    ],
  ),
  ...mutate(
    'packages/cli/src/serve/batcher.ts',
    ['cli/src/serve/batcher.test'],
    [
      [
        'everybody gets the first answer',
        'resolve(rowOf(outputs, i, batch.length))',
        'resolve(rowOf(outputs, 0, batch.length))',
      ],
      ['rows lie over one another', 'whole.set(row[name]!, i * length)', 'whole.set(row[name]!, 0)'],
      ['batches have no end', 'splice(0, this.options.maxBatch)', 'splice(0)'],
      ['nobody is refused', '|| this.#waiting.length + rows <= maxQueue', '|| true'],
      ['after a failure nobody is answered', 'this.#isRunning = false;\n      this.#schedule();', ''],
      ['a row always waits', 'isFull || maxWait === 0\n', 'false\n'],
      ['nobody waits for others', 'isFull || maxWait === 0\n', 'true\n'],
    ],
  ),
  ...mutate(
    'packages/cli/src/serve/episodes.ts',
    ['cli/src/serve/policy-app.test'],
    [
      ['what was earned is not taken off', 'Float32Array.of(reward ?? 0)', 'Float32Array.of(0)'],
      ['actions are not remembered', 'this.#memory?.remember(outputs.actions)', 'void outputs'],
      ['two steps are taken at once', 'if (this.#isActing)', 'if (false)'],
      ['episodes are never forgotten', 'if (lastUsed < oldest)', 'if (false)'],
    ],
  ),
  ...mutate(
    'packages/cli/src/serve/answer-of.ts',
    ['cli/src/serve/policy-app.test'],
    [
      [
        'nothing is far from the training',
        'if (received >= low - slack',
        'if (true || received >= low - slack',
      ],
      ['everything beyond the range is far', 'const SLACK = 0.1', 'const SLACK = 0'],
    ],
  ),
  ...mutate(
    'packages/cli/src/serve/guard.ts',
    ['cli/src/serve/policy-app.test'],
    [
      [
        'another host may be named',
        'if (known !== undefined && !known.includes(host.toLowerCase()))',
        'if (false)',
      ],
      ['any page may ask', 'if (!origins.includes(origin))', 'if (false)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/policy-file/open-policy-file.ts',
    ['policy-file/open-policy-file.test'],
    [
      ['what is filled up is answered', 'return whole.subarray(0, n * width)', 'return whole'],
      ['rows after the first call are lost', 'whole.set(array, i * atOnce * width)', 'whole.set(array, 0)'],
    ],
  ),
];
