import { expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { metricSection } from './metric-section';
import { groupRuns } from './run-group';

const run = (algorithm: string, metrics: Record<string, number>) =>
  runRecord({ manifest: { algorithm }, metrics: [100, 200].map((step) => ({ step, metrics })) });

it('names the algorithms of a chart once, however many settings of them there are', () => {
  const runs = [1, 2].map((alpha) => ({ ...run('td3-bc', { value: 1 }), path: `runs/${alpha}` }));
  const groups = groupRuns(
    runs.map((one, i) => ({ ...one, manifest: { ...one.manifest, config: { alpha: i } } })),
  );
  expect(groups).toHaveLength(2);
  expect(metricSection(groups)!.markup).toContain('<h3>value (TD3+BC)</h3>');
});

it('puts one quantity into one chart, whatever algorithms call it, and different ones into two', () => {
  const same = metricSection(groupRuns([run('dt', { loss: 1 }), run('lamo', { actionLoss: 2 })]))!.markup;
  expect(same.match(/<h3>/g)).toHaveLength(1);
  const values = metricSection(groupRuns([run('td3-bc', { value: 1 }), run('rebrac', { value: 2 })]))!.markup;
  expect(values.match(/<h3>value \(/g)).toHaveLength(2);
});
