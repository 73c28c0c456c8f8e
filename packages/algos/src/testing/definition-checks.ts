import { expect } from 'vitest';
import { ALGORITHM_NAME } from '../engine/define-algorithm';
import { describeConfig, parseConfig } from '../engine/parse-config';
import type { Check } from './check';

/** What can be said about a definition without training anything. */
export const definitionChecks = {
  'says its name, title and paper': ({ algorithm }) => {
    expect(algorithm.name, 'a name is kebab-case: it is a word on the command line').toMatch(ALGORITHM_NAME);
    expect(algorithm.title, 'title').toMatch(/\S/);
    expect(algorithm.paper, 'paper').toMatch(/\S/);
  },

  'gives every setting a default and a description': ({ algorithm }) => {
    for (const field of describeConfig(algorithm)) {
      expect(field.default, `the setting '${field.name}' has no default: add .default(…)`).toBeDefined();
      expect(
        field.description ?? '',
        `the setting '${field.name}' is not described: add .describe('…')`,
      ).toMatch(/\S{2}/);
      expect(field.type, `the setting '${field.name}' cannot be a flag`).toMatch(
        /^(number|integer|boolean|string|numbers|strings)$/,
      );
    }
  },

  'reads back settings that were written as JSON': ({ algorithm, options }) => {
    const presets = Object.keys(algorithm.presets);
    const configs = [
      parseConfig(algorithm),
      parseConfig(algorithm, options.config),
      ...presets.map((preset) => parseConfig(algorithm, {}, preset)),
    ];
    for (const config of configs) {
      expect(parseConfig(algorithm, JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  },

  'refuses an unknown setting and names the nearest': ({ algorithm }) => {
    for (const name of Object.keys(algorithm.config.shape)) {
      const misspelt = `${name}x`;
      expect(() => parseConfig(algorithm, { [misspelt]: 1 })).toThrow(`Did you mean '${name}'?`);
      const parsed = algorithm.config.safeParse({ [misspelt]: 1 });
      expect(parsed.success, 'the config takes unknown settings: make it a z.strictObject').toBe(false);
    }
  },

  'has presets that hold only what differs from the defaults': ({ algorithm }) => {
    const defaults = parseConfig(algorithm);
    for (const [preset, settings] of Object.entries(algorithm.presets)) {
      const known = Object.keys(algorithm.config.shape);
      const because = `the preset '${preset}' has a setting that the algorithm does not have`;
      expect(known, because).toEqual(expect.arrayContaining(Object.keys(settings)));
      const config = parseConfig(algorithm, {}, preset);
      for (const name of Object.keys(settings)) {
        expect(config[name], `'${name}' of the preset '${preset}' is the default`).not.toEqual(
          defaults[name],
        );
      }
    }
  },

  'describes its metrics in words': ({ algorithm }) => {
    expect(Object.keys(algorithm.metrics).length, 'no metric is described').toBeGreaterThan(0);
    for (const [metric, meaning] of Object.entries(algorithm.metrics)) {
      expect(meaning, `the metric '${metric}' is not described`).toMatch(/\S{2}/);
    }
  },
} as const satisfies Readonly<Record<string, Check>>;
