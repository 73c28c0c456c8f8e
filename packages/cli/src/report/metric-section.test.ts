import { existsSync } from 'node:fs';
import { algorithms } from '@lamo/algos';
import { expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { metricSection } from './metric-section';
import { groupRuns } from './run-group';

const run = (algorithm: string, metrics: Record<string, number>) =>
  runRecord({ manifest: { algorithm }, metrics: [100, 200].map((step) => ({ step, metrics })) });

it('says that values need not fall, and which page tells how to read them', () => {
  const markup = metricSection(groupRuns([run('td3-bc', { value: 1 }), run('dt', { loss: 2 })]))!.markup;
  expect(markup).toContain('Values such as critic losses need not fall');
  expect(markup).toContain('docs/algorithms/td3-bc.md and docs/algorithms/dt.md of lamo’s documentation say');
  expect(metricSection(groupRuns([run('unknown', { value: 1 })]))!.markup).not.toContain('docs/');
});

it.each([...algorithms.keys()])('the page that it names is there for %s', (name) => {
  const page = new URL(`../../../../docs/algorithms/${name}.md`, import.meta.url);
  expect(existsSync(page)).toBe(true);
});

it('names the algorithms of a chart once, however many settings of them there are', () => {
  const runs = [1, 2].map((alpha) => ({ ...run('td3-bc', { value: 1 }), path: `runs/${alpha}` }));
  const groups = groupRuns(
    runs.map((one, i) => ({ ...one, manifest: { ...one.manifest, config: { alpha: i } } })),
  );
  expect(groups).toHaveLength(2);
  expect(metricSection(groups)!.markup).toContain('<h3>value (TD3+BC)</h3>');
});

it.each(['constructor', 'toString', '__proto__'])(
  'draws a metric called %s where a line has it, and nowhere else',
  (name) => {
    const metrics = [
      { step: 100, metrics: { value: 1 } },
      { step: 200, metrics: Object.fromEntries([[name, 2]]) },
    ];
    const { markup } = metricSection(groupRuns([runRecord({ metrics })]))!;
    expect(markup).not.toMatch(/NaN|function|object/);
    expect(markup.match(/<h3>/g)).toHaveLength(2);
  },
);

it('puts one quantity into one chart, whatever algorithms call it, and different ones into two', () => {
  const same = metricSection(groupRuns([run('dt', { loss: 1 }), run('lamo', { actionLoss: 2 })]))!.markup;
  expect(same.match(/<h3>/g)).toHaveLength(1);
  const values = metricSection(groupRuns([run('td3-bc', { value: 1 }), run('rebrac', { value: 2 })]))!.markup;
  expect(values.match(/<h3>value \(/g)).toHaveLength(2);
});

it('draws what was held out beside it, dashed in the same colour, and says so where something was', () => {
  const metrics = [100, 200].map((step) => ({ step, metrics: { loss: 1 }, heldOut: { loss: 2 } }));
  const apart = metricSection(groupRuns([runRecord({ manifest: { algorithm: 'dt' }, metrics })]))!.markup;
  expect(apart.match(/class="mean series-0 dash-1"/g)).toHaveLength(1);
  expect(apart).toContain('Dashed lines are of episodes that were held out');
  const whole = metricSection(groupRuns([run('dt', { loss: 1 })]))!.markup;
  expect(whole).not.toMatch(/dash-1|held out/);
});
