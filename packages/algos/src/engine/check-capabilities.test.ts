import { expect, it } from 'vitest';
import type { z } from 'zod';
import { iql } from '../algorithms/iql';
import { toyDataset } from '../testing/toy-dataset';
import { checkCapabilities, checkSettingsApply } from './check-capabilities';
import { algorithms } from './find-algorithm';
import { train } from './train';

const classes = toyDataset('classes');
const onDatasets = [...algorithms.values()].filter(({ data }) => data.name === 'dataset');
const able = onDatasets.filter(({ capabilities }) => capabilities.includes('discrete-actions'));

it.each(onDatasets)('$title learns classes, or says who does before it trains', async (algorithm) => {
  const onAmounts = () => checkCapabilities(algorithm, toyDataset());
  if (algorithm.requires.length === 0) expect(onAmounts).not.toThrow();
  else expect(onAmounts).toThrow(/learns only from data whose actions are classes.*--action-classes/);
  if (able.includes(algorithm)) return checkCapabilities(algorithm, classes);
  const names = able.map(({ name }) => name).join(', ');
  await expect(train(algorithm, classes, { steps: 1 })).rejects.toMatchObject({
    code: 'not-capable',
    problem: `${algorithm.title} cannot choose between classes, as these data ask for`,
    expected: `one of the algorithms that can: ${names}`,
  });
});

const settings = able.flatMap((algorithm) =>
  Object.entries(algorithm.config.shape).flatMap(([name, field]) =>
    (field as z.ZodType).meta()?.noEffectOn === undefined
      ? []
      : [{ algorithm, name, field: field as z.ZodType }],
  ),
);

it.each(settings)(
  '$algorithm.title refuses `$name` where actions are classes',
  async ({ algorithm, name, field }) => {
    const other = [true, false, 0.5, 7, 'data', 'corl', 'deterministic', 'after-min'].find((value) => {
      const { success, data } = field.safeParse(value);
      return success && data !== field.safeParse(undefined).data;
    });
    await expect(train(algorithm, classes, { steps: 1, config: { [name]: other } })).rejects.toMatchObject({
      code: 'invalid-config',
      problem: `The setting '${name}' has no effect on data whose actions are classes`,
    });
  },
);

it('takes settings of vectors for vectors, and their defaults for classes', () => {
  const config = iql.config.parse({});
  expect(() => checkSettingsApply(iql, classes, config)).not.toThrow();
  expect(() => checkSettingsApply(iql, toyDataset(), { ...config, minLogStd: -20 })).not.toThrow();
  expect(() => checkSettingsApply(iql, classes, { ...config, minLogStd: -20 }, 'corl')).toThrow(
    /'minLogStd' has no effect.*classes\. Expected no 'minLogStd', or its default, -5, received -20\. .*the preset 'corl' does/,
  );
});
