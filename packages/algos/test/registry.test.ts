import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { algorithms, algorithmsOf } from '../src/engine/find-algorithm';
import { parseConfig } from '../src/engine/parse-config';
import { taskDatasetKind, toldTaskKind } from '../src/ingredients/task-observations';
import { datasetKind } from '../src/kinds/dataset';

describe('the registry', () => {
  it('holds every file of the folder algorithms, under the name of its file, but what serves one of them alone', () => {
    const folder = new URL('../src/algorithms/', import.meta.url);
    const names = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
    const files = names.map((file) => file.replace('.ts', ''));
    expect(files).toEqual(expect.arrayContaining([...algorithms.keys()]));
    const helpers = files.filter((name) => !algorithms.has(name));
    const imported = (file: string): string[] => {
      const text = readFileSync(new URL(`${file}.ts`, folder), 'utf8');
      const own = helpers.filter((helper) => helper !== file && text.includes(`'./${helper}'`));
      return [...own, ...own.flatMap(imported)];
    };
    const users = [...algorithms.keys()].map((name) => imported(name));
    for (const helper of helpers) {
      expect(
        users.filter((helpersOfOne) => helpersOfOne.includes(helper)),
        helper,
      ).toHaveLength(1);
    }
  });

  it.each([datasetKind, toldTaskKind, taskDatasetKind].flatMap((kind) => [...algorithmsOf(kind)]))(
    'holds %s, which standardises observations by default',
    (_, algorithm) => {
      expect(parseConfig(algorithm).normaliseObservations).toBe(true);
    },
  );

  // What the authors' code, or CORL's, does with observations; corl presets are of the latter.
  it.each([
    ['iql', /^corl/, true],
    ['iql', /^(?!corl)/, false],
    ['xql', /^/, false],
    ['rebrac', /^/, false],
    ['sac-n', /^/, false],
    ['edac', /^/, false],
    ['td3-bc', /^/, true],
    ['awac', /^/, true],
    ['bc', /^/, true],
    ['cql', /^(?!antmaze)/, true],
    ['cql', /^antmaze$/, false],
    ['cal-ql', /^/, false],
  ])(
    'gives the presets of %s that match %s the references’ scaling of observations: %s',
    (name, some, scaled) => {
      const algorithm = algorithms.get(name)!;
      const presets = Object.keys(algorithm.presets).filter((preset) => some.test(preset));
      expect(presets).not.toEqual([]);
      for (const preset of presets) {
        expect(parseConfig(algorithm, {}, preset).normaliseObservations, preset).toBe(scaled);
      }
    },
  );
});
