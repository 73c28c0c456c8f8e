import { describe, expect, it } from 'vitest';
import { languageFields, runRecord } from '../../test/run-record';
import type { EstimateRecord } from '../run/estimate-records';
import { estimateTables } from './estimate-tables';
import { renderReport } from './render-report';
import { groupRuns } from './run-group';
import type { RunRecord } from './run-record';

const LOG = { name: 'log', path: '/nowhere/log.hdf5', hash: 'abc', rows: 10, meanReturn: null };

/** What the parts of a run of FQE say, where that is not usual. */
interface Parts {
  readonly judged?: string;
  readonly hash?: string;
  readonly data?: typeof LOG;
  /** Of every estimate. */
  readonly lines?: Partial<EstimateRecord>;
}

/** A run of FQE with estimates after 100, 200, … steps, whose networks lie 1 to each side. */
function run(
  seed: number,
  values: readonly number[],
  { judged = '/runs/bc', hash = 'def', ...parts }: Parts = {},
) {
  const estimates = values.map((value, i) => ({
    ...{ step: 100 * (i + 1), value, interval: { low: value - 2, high: value + 2 } },
    ...{ networks: [value - 1, value + 1], episodes: 50, discount: 0.99, logged: 60 },
    ...{ attainable: { low: 0, high: 100 }, policy: hash, ...parts.lines },
  }));
  const { manifest, ...record } = runRecord({
    path: `runs/fqe-${judged}-${seed}`,
    metrics: [{ step: 100, metrics: { criticLoss: 1, value: 1, nextValue: 1 } }],
    manifest: { algorithm: 'fqe', seed, config: { policy: judged }, dataset: parts.data ?? LOG },
    estimates,
  });
  const { evaluation: _, ...common } = manifest;
  return { ...record, manifest: { ...common, estimation: { every: 100, policy: hash } } };
}

const tablesOf = (...runs: RunRecord[]) => estimateTables(groupRuns(runs));
const render = (...runs: RunRecord[]) => renderReport(runs, new Date(0));

describe('a table of estimates', () => {
  it('has of one run its estimate, with the interval over where episodes begin', () => {
    const [table] = tablesOf(run(0, [70, 80]));
    expect(table).toMatchObject({ data: 'log', discount: 0.99 });
    expect(table!.results).toMatchObject([
      {
        ...{ judged: '/runs/bc', policy: 'def', step: 200, value: 80, interval: { low: 78, high: 82 } },
        ...{ networks: { low: 79, high: 81 }, attainable: { low: 0, high: 100 }, logged: 60, episodes: 50 },
      },
    ]);
  });

  it('has of several seeds the mean where all have an estimate, with an interval over them', () => {
    const [table] = tablesOf(run(0, [70, 80]), run(1, [74]), run(2, [75, 90]));
    const [result] = table!.results;
    expect(result).toMatchObject({ step: 100, value: 73, networks: { low: 69, high: 76 } });
    // Of 70, 74 and 75 no mean of three draws is lower or higher.
    expect(result!.interval!.low).toBeGreaterThanOrEqual(70);
    expect(result!.interval!.high).toBeLessThanOrEqual(75);
    expect(result!.points).toHaveLength(1);
  });

  it('compares only what was judged from the same data with the same discount, the highest first', () => {
    const tables = tablesOf(
      run(0, [50], { judged: '/runs/bc' }),
      run(0, [90], { judged: '/runs/iql' }),
      run(0, [9], { judged: '/runs/dt', lines: { discount: 0.9 } }),
      run(0, [70], { judged: '/runs/cql', data: { ...LOG, hash: 'other', name: 'more' } }),
    );
    expect(tables.map(({ data, results }) => [data, ...results.map(({ judged }) => judged)])).toEqual([
      ['log', '/runs/iql', '/runs/bc'],
      ['log', '/runs/dt'],
      ['more', '/runs/cql'],
    ]);
  });

  it('does not take runs for seeds that judged another file of the same name', () => {
    const [table] = tablesOf(run(0, [50]), run(1, [90], { hash: 'new' }));
    expect(table!.results.map(({ value, runs }) => [value, runs.length])).toEqual([
      [90, 1],
      [50, 1],
    ]);
  });
});

describe('a report on estimates', () => {
  it('shows what was judged, how sure that is, and how it came about; and asks for no scores', async () => {
    const page = await render(run(0, [70, 79.5, 80]));
    expect(page).toContain('<h2>Estimates</h2>');
    expect(page).toMatch(/<\/span>bc<span class="range">judged by FQE/);
    expect(page).toContain('data-label="estimate">80.0<');
    expect(page).toMatch(/78\.0 to 82\.0<span class="range">over 50 beginnings</);
    expect(page).toContain('data-label="networks">79.0 to 81.0<');
    expect(page).toContain('data-label="attainable">0 to 100<');
    expect(page).toContain('The finished episodes of the data earned 60.0 on average');
    expect(page).toContain('bc, step 100: 70.0 (68.0 to 72.0)');
    expect(page).toContain('>earned in the data<');
    expect(page).not.toMatch(/cannot be|attainable<\/text>|never evaluated|lamo evaluate|NaN|undefined/);
  });

  it('warns of what cannot be, and of what is still moving, by seed', async () => {
    const page = await render(run(3, [50, 80]), run(4, [120, 121]));
    expect(page).toMatch(/FQE, seed 3: It was 50\.0 at step 100: it is still moving/);
    expect(page).toMatch(/FQE, seed 4: The networks say .* cannot be: .* between 0 and 100/);
    expect(page).toContain('>most attainable</text>');
    expect(page).toMatch(/data-label="estimate">diverged<.*\n.*data-label="95 % interval">–</);
    expect(page).toMatch(/over 2 runs.*They share the data/s);
  });

  it('has no interval, no bounds and nothing logged where there is none', async () => {
    const none = { interval: null, attainable: null, logged: null, episodes: 1, discount: 1 };
    const page = await render(run(0, [80, 80], { lines: none }));
    expect(page).toMatch(/data-label="95 % interval">–<span class="range">over 1 beginning</);
    expect(page).toContain('data-label="attainable">–<');
    expect(page).toContain('No episode of the data is finished');
    expect(page).not.toMatch(/NaN|undefined|null/);
  });

  it('tells policies apart whose files have the same name', async () => {
    const page = await render(
      run(0, [80], { judged: '/a/bc/policy.onnx' }),
      run(0, [70], { judged: '/b/bc' }),
      run(0, [60], { judged: '/b/mine.onnx' }),
    );
    expect(page).toMatch(/bc \(FQE \(policy \/a\/bc\/policy\.onnx\), SHA-256 def…\)/);
    expect(page).toMatch(/bc \(FQE \(policy \/b\/bc\), SHA-256 def…\)/);
    expect(page).toMatch(/<\/span>mine\.onnx<span/);
  });

  it('stands beside policies and language models', async () => {
    const { manifest, ...record } = runRecord({
      perplexities: [{ step: 200, loss: Math.LN2, perplexity: 2, tokens: 10 }],
    });
    const { dataset: _, evaluation: __, ...common } = manifest;
    const { text, tokenizer } = languageFields;
    const model = {
      ...record,
      manifest: { ...common, algorithm: 'pretrain', text, tokenizer, snapshotEvery: 100 },
    };
    const page = await render(run(0, [80]), runRecord({ path: 'runs/policy' }), model);
    expect(page).toContain('<h2>Estimates</h2>');
    expect(page).toContain('<h2>Language models</h2>');
    expect(page).toContain('There are no scores of runs/policy: this run was never evaluated.');
  });

  it('is a report all the same before the first estimate', async () => {
    const page = await render(run(0, []));
    expect(page).not.toMatch(/<h2>Estimates|NaN|undefined/);
    expect(page).toContain('FQE, seed 0');
  });
});

it('of two runs of one seed the one with more estimates counts', () => {
  const stopped = run(0, [70]);
  const whole = { ...run(0, [70, 80]), path: 'runs/again' };
  expect(groupRuns([stopped, whole])[0]!.runs).toEqual([whole]);
});

it('says what intervals hold of networks that learned from different episodes', async () => {
  expect(await render(run(0, [80]))).toContain('How wrong the networks are is not in it');
  const resampled = await render(run(0, [80], { lines: { resampled: true } }));
  expect(resampled).toContain('over what the networks learn from other episodes');
  expect(resampled).not.toContain('How wrong the networks are is not in it');
});
