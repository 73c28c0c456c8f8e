import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findAlgorithm } from './lookup';
import { describeConfig, parseConfig } from './parse-config';
import { bc, td3Bc } from './registry';

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
      "The setting 'discount' is not valid. Expected number to be <=1, received 1.5. Discount of future rewards",
    );
    expect(() => parseConfig(td3Bc, { batchSize: 'many' })).toThrow(
      /'batchSize'.*Expected number, received "many"/,
    );
  });
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
