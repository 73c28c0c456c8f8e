import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../../test/fixtures';
import { readDataset } from '../../read-dataset';
import { episodeReturns } from '../../returns';

const folder = mkdtempSync(join(tmpdir(), 'lamo-pickle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Made by Python: `make.py` beside them. */
const made = (name: string) => fileURLToPath(new URL(`../../../test/formats/${name}.pkl`, import.meta.url));

function write(bytes: Buffer): string {
  const path = join(folder, 'case.pkl');
  writeFileSync(path, bytes);
  return path;
}

/** A pickle from its codes: numbers are bytes, text is latin1. */
const codes = (...parts: readonly (number | string)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))),
  );

describe('readPickle', () => {
  it.each([2, 3, 4, 5])(
    'reads trajectories of protocol %i, in the order of C and of Fortran',
    async (protocol) => {
      const dataset = await readDataset(made(`protocol-${protocol}`));
      expect(dataset).toMatchObject({
        name: `protocol-${protocol}`,
        size: 5,
        observationSize: 2,
        actionSize: 1,
      });
      expect(Array.from(dataset.observations)).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4, 5]);
      expect(Array.from(dataset.actions)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
      expect(Array.from(dataset.rewards)).toEqual([0, 1, 0, 1, 2]);
      expect(Array.from(dataset.terminated)).toEqual([0, 1, 0, 0, 1]);
      expect(Array.from(dataset.truncated)).toEqual([0, 0, 0, 0, 0]);
    },
  );

  it('reads numbers whose bytes are in the other order', async () => {
    expect(Array.from((await readDataset(made('big-endian'))).observations)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('reads one dict of arrays as the D4RL file that it is', async () => {
    const dataset = await readDataset(made('one-dict'), { continuing: true });
    expect(dataset).toMatchObject({ size: 4, observationSize: 2 });
    expect(dataset.warnings).toBeUndefined();
    expect((await readDataset(made('one-dict'))).warnings).toMatchObject([{ code: 'no-timeouts' }]);
  });

  it('reads lists of numbers, and warns where ends are not told apart', async () => {
    const dataset = await readDataset(made('lists'));
    expect(Array.from(dataset.observations)).toEqual([1, 2, 3, 4]);
    expect(Array.from(dataset.actions)).toEqual([0.5, -0.5]);
    expect(Array.from(dataset.terminated)).toEqual([0, 1]);
    expect(dataset.warnings).toMatchObject([{ code: 'ends-not-told-apart' }]);
  });

  it.each([
    ['program', 'not-allowed', /received `posix\.system`/],
    ['object', 'not-allowed', /received `__main__\.Thing`/],
    ['objects', 'wrong-type', /received O8/],
    ['protocol-0', 'old-protocol', /protocol=4/],
    ['a-list-of-numbers', 'other-layout', /received a list that begins with a number/],
  ])('refuses %s', async (name, code, message) => {
    const failure = await readDataset(made(name)).catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(message);
    expect(existsSync('harmed')).toBe(false);
  });

  it.each([
    ['a length beyond the file', codes(0x80, 4, 0x8e, '\xff\xff\xff\xff\xff\xff\xff\x7f', '.')],
    ['text without its end', codes(0x80, 4, 'X', '\xff\xff\xff\xff', 'a')],
    ['a value that is not there', codes(0x80, 4, 'a.')],
    ['a mark that is not there', codes(0x80, 4, 't.')],
    ['something that was not kept', codes(0x80, 4, 'h', 7, '.')],
    ['no end', codes(0x80, 4, ']')],
    ['an unknown code', codes(0x80, 4, 0xff)],
    ['a value from under a mark', codes(0x80, 4, ']', '(', 'a', '.')],
  ])('refuses %s', async (_, bytes) => {
    await expect(readDataset(write(bytes))).rejects.toMatchObject({ code: 'damaged-file' });
  });

  it('refuses to call anything but what NumPy calls, with what NumPy gives', async () => {
    const call = (name: string, args: string) => codes(0x80, 2, `c${name}\n`, args, 'R.');
    for (const [name, args] of [
      ['builtins\neval', 'X\x01\0\0\0a\x85'],
      ['numpy.core.multiarray\n_reconstruct', 'K\x01\x85'],
      ['numpy\nndarray', ')'],
      ['__proto__\nconstructor', ')'],
    ] as const)
      await expect(readDataset(write(call(name, args)))).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(readDataset(write(codes(0x80, 2, ')', ')', 'R.')))).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  it('refuses lists in lists that a few bytes make endless, before it has walked them', async () => {
    // Each list has the one before a hundred times: 100^5 numbers in some kilobytes.
    const level = (from: number) => [
      ']',
      '(',
      ...Array.from({ length: 100 }, () => codes('h', from).toString('latin1')),
      'e',
      'q',
      from + 1,
    ];
    const dict = codes(
      '}',
      '(',
      ...['observations', 'actions', 'rewards', 'terminals'].flatMap((key) => [
        'X',
        key.length,
        '\0\0\0',
        key,
        'h',
        5,
      ]),
      'u',
    );
    const lists = codes(0x80, 4, 'K', 1, 'q', 0, ...[0, 1, 2, 3, 4].flatMap(level));
    const path = write(Buffer.concat([lists, codes('000000', ']'), dict, codes('a.')]));
    await expect(readDataset(path)).rejects.toThrow(/lists in lists that have more than the file/);
  });
});

const recorded = fixturePath('d4rl/halfcheetah-medium-sac-12.json');

describe.skipIf(recorded === undefined)('recorded trajectories', () => {
  it.each(['pkl', 'old-numpy.pkl'])('of .%s are what their card says', async (ending) => {
    const card = JSON.parse(readFileSync(recorded!, 'utf8'));
    const dataset = await readDataset(fixturePath(`d4rl/halfcheetah-medium-sac-12.${ending}`)!);
    expect(dataset.episodeEnds).toHaveLength(card.trajectories);
    expect(Array.from(dataset.episodeEnds, (end, i) => end - (dataset.episodeEnds[i - 1] ?? 0))).toEqual(
      card.lengths,
    );
    // The card has float32 numbers added as doubles, as here.
    for (const [i, value] of episodeReturns(dataset).entries()) expect(value).toBeCloseTo(card.returns[i], 6);
    expect(Array.from(dataset.observations.subarray(0, 17))).toEqual(card.first_observation);
    expect(Array.from(dataset.actions.subarray(-6))).toEqual(card.last_action);
    expect(dataset.truncated.reduce((a, b) => a + b, 0)).toBe(12);
    expect(dataset.nextObservations!.subarray(0, 17)).toEqual(dataset.observations.subarray(17, 34));
  });
});
