import { describe, expect, it } from 'vitest';
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
  });

  it('says what a setting must be, what it was, and what it is for', () => {
    expect(() => parseConfig(td3Bc, { discount: 1.5 })).toThrow(
      "The setting 'discount' is not valid. Expected number to be <=1, received 1.5. Discount of future rewards",
    );
    expect(() => parseConfig(td3Bc, { batchSize: 'many' })).toThrow(
      /'batchSize'.*Expected number, received "many"/,
    );
  });

  it('survives a round trip through JSON', () => {
    const config = parseConfig(td3Bc, { alpha: 1 });
    expect(parseConfig(td3Bc, JSON.parse(JSON.stringify(config)))).toEqual(config);
  });
});

describe('describeConfig', () => {
  it('gives every setting a type, a default and a description', () => {
    for (const algorithm of [bc, td3Bc]) {
      for (const field of describeConfig(algorithm)) {
        expect(field, field.name).toEqual({
          name: field.name,
          type: expect.stringMatching(/^(number|integer|boolean|string)$/),
          default: expect.anything(),
          description: expect.stringMatching(/^[A-Z].{5,}/),
        });
      }
    }
  });
});

describe('findAlgorithm', () => {
  it('finds by name, and names the nearest to an unknown one', () => {
    expect(findAlgorithm('td3-bc')).toBe(td3Bc);
    expect(() => findAlgorithm('td3bc')).toThrow(/no algorithm 'td3bc'.*Did you mean 'td3-bc'\?/);
  });
});
