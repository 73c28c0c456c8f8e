import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bc, td3Bc } from '../registry';
import { algorithms, findAlgorithm } from './find-algorithm';
import { describeConfig, parseConfig, parseSavedConfig } from './parse-config';

describe('parseConfig', () => {
  it('fills in the defaults, and lays settings over a preset', () => {
    expect(parseConfig(td3Bc).learningRate).toBe(3e-4);
    expect(parseConfig(bc, { hiddenSize: 8 }, 'best-10%')).toMatchObject({ fraction: 0.1, hiddenSize: 8 });
    expect(parseConfig(bc, { fraction: 0.5 }, 'best-10%').fraction).toBe(0.5);
  });

  it('names the nearest setting to an unknown one', () => {
    expect(() => parseConfig(td3Bc, { learningrate: 1 })).toThrow(
      /TD3\+BC has no config key 'learningrate'.*Did you mean 'learningRate'\?/,
    );
  });

  it('names the presets there are', () => {
    expect(() => parseConfig(bc, {}, 'best-10')).toThrow(/no preset 'best-10'.*Did you mean 'best-10%'\?/);
    for (const inherited of ['constructor', '__proto__', 'toString']) {
      expect(() => parseConfig(bc, {}, inherited)).toThrow(`no preset '${inherited}'`);
    }
  });

  it('says what a setting must be, what it was, and what it is for', () => {
    expect(() => parseConfig(td3Bc, { discount: 1.5 })).toThrow(
      "'discount' must be a number of at least 0 and at most 1. Received 1.5. It means: discount of future rewards.",
    );
    expect(() => parseConfig(td3Bc, { batchSize: 'many' })).toThrow(
      /'batchSize' must be a positive integer\. Received "many"/,
    );
  });

  it.each([
    [z.number(), 'x', 'a number'],
    [z.number().positive(), 0, 'a number greater than 0'],
    [z.number().min(0).lt(1), 1, 'a number of at least 0 and less than 1'],
    [z.number().max(5), 6, 'a number of at most 5'],
    [z.int(), 1.5, 'an integer'],
    [z.int().positive(), 0, 'a positive integer'],
    [z.int().min(2).max(8), 1, 'an integer of at least 2 and at most 8'],
    [z.int().positive().nullable(), -1, 'a positive integer or null'],
    [z.boolean(), 'yes', 'true or false'],
    [z.string(), 3, 'a text'],
    [z.enum(['full', 'lora', 'none']), 'half', 'full, lora or none'],
    [z.enum(['tanh', 'linear']).nullable(), 'relu', 'tanh, linear or null'],
    [z.array(z.number().positive()), [1, 0], 'a list, each entry a number greater than 0'],
    [z.array(z.enum(['a', 'b'])).min(1), [], 'a list of 1 or more, each entry a or b'],
  ])('says of %# in plain words what it must be', (field, value, requirement) => {
    const toy = { ...bc, config: z.strictObject({ size: field.describe('Size') }) };
    expect(() => parseConfig(toy, { size: value })).toThrow(
      expect.objectContaining({
        problem: `'size' must be ${requirement}`,
        message: expect.not.stringMatching(/[<>]|expected|Invalid/),
      }),
    );
  });
});

describe('parseSavedConfig', () => {
  const toy = {
    ...{ name: 'toy', title: 'Toy', presets: {} },
    config: z.strictObject({
      rate: z.number().default(0.1),
      // Came later, with another default than what the program did before.
      view: z.enum(['all', 'd4rl']).default('all').meta({ earlier: 'd4rl' }),
      // Came later, and may be none: what it did before was none.
      limit: z.number().nullable().default(3).meta({ earlier: null }),
      // Came later, with what it did before as its default.
      clip: z.boolean().default(false),
    }),
  };

  it('gives settings that came later the values by which the program acted before', () => {
    expect(parseSavedConfig(toy, { rate: 0.5 })).toEqual({
      rate: 0.5,
      view: 'd4rl',
      limit: null,
      clip: false,
    });
    expect(parseConfig(toy, { rate: 0.5 })).toEqual({ rate: 0.5, view: 'all', limit: 3, clip: false });
  });

  it('leaves what was saved as it is', () => {
    for (const saved of [parseConfig(toy), parseSavedConfig(toy, { rate: 1 })]) {
      expect(parseSavedConfig(toy, saved)).toEqual(saved);
    }
  });

  it('refuses settings that nobody has, and values that are not valid', () => {
    expect(() => parseSavedConfig(toy, { rate: 1, ratio: 1 })).toThrow(/no config key 'ratio'/);
    expect(() => parseSavedConfig(toy, { rate: 'fast' })).toThrow(/'rate' must be a number\./);
    expect(() => parseSavedConfig(toy, { view: 'none' })).toThrow(/'view' must be all or d4rl\./);
  });

  it.each([...algorithms.values()])(
    'continues with $title as it was saved, and as earlier versions did',
    (algorithm) => {
      const now = parseConfig(algorithm);
      expect(parseSavedConfig(algorithm, now)).toEqual(now);
      expect(() => parseSavedConfig(algorithm, { ...now, spare: 1 })).toThrow(/no config key 'spare'/);
      for (const left of Object.keys(now)) {
        const { [left]: _, ...saved } = now;
        // Whose view of transitions was D4RL's until it became a setting; all other settings came as what was done before.
        const expected = left === 'transitions' ? 'd4rl' : now[left];
        expect(parseSavedConfig(algorithm, saved)[left], left).toEqual(expected);
      }
    },
  );
});

describe('describeConfig', () => {
  it('knows numbers, switches, texts, choices, lists, and what may be none', () => {
    const config = z.strictObject({
      rate: z.number().default(0.1).describe('Rate'),
      layers: z.int().positive().nullable().default(3).describe('Layers'),
      tie: z.boolean().default(true).describe('Tie'),
      path: z.string().nullable().default(null).describe('Path'),
      note: z.string().optional().describe('Note'),
      mode: z.enum(['full', 'lora']).default('lora').describe('Mode'),
      head: z.enum(['tanh', 'linear']).nullable().default(null).describe('Head'),
      targets: z.array(z.number()).default([3600, 1800]).describe('Targets'),
      patterns: z.array(z.string()).nullable().default(null).describe('Patterns'),
    });
    const fields = describeConfig({ ...bc, config });
    expect(fields.map(({ name, type, nullable, choices }) => [name, type, nullable, choices])).toEqual([
      ['rate', 'number', false, undefined],
      ['layers', 'integer', true, undefined],
      ['tie', 'boolean', false, undefined],
      ['path', 'string', true, undefined],
      ['note', 'string', false, undefined],
      ['mode', 'string', false, ['full', 'lora']],
      ['head', 'string', true, ['tanh', 'linear']],
      ['targets', 'numbers', false, undefined],
      ['patterns', 'strings', true, undefined],
    ]);
    expect(fields.map((field) => field.default)).toEqual([
      ...[0.1, 3, true, null, undefined, 'lora', null],
      ...[[3600, 1800], null],
    ]);
  });
});

describe('findAlgorithm', () => {
  it('finds by name, and names the nearest to an unknown one', () => {
    expect(findAlgorithm('td3-bc')).toBe(td3Bc);
    expect(() => findAlgorithm('td3bc')).toThrow(/no algorithm 'td3bc'.*Did you mean 'td3-bc'\?/);
  });
});
