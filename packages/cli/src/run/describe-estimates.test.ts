import { describe, expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { describeEstimate, describeEstimateLine, describeSeeds } from './describe-estimates';
import type { EstimateRecord } from './estimate-records';

const record = (parts: Partial<EstimateRecord> = {}): EstimateRecord => ({
  ...{ step: 1000, value: 80, interval: { low: 78, high: 82 }, networks: [79, 81], episodes: 50 },
  ...{ discount: 0.99, logged: 60, attainable: { low: 0, high: 100 }, policy: 'abc' },
  ...parts,
});

/** Sums up seeds 0, 1, … with these estimates. */
const describeAll = (...estimates: EstimateRecord[][]) =>
  describeSeeds({
    label: 'FQE',
    runs: estimates.map((lines, seed) => runRecord({ manifest: { seed }, estimates: lines })),
  });

describe('an estimate in words', () => {
  it('says what it is, how sure, and of what nothing is known', () => {
    const text = describeEstimate([record({ step: 500, value: 79.5 }), record()]);
    expect(text).toContain('worth 80.0, 95 % interval 78.0 to 82.0');
    expect(text).toContain('earned 60.0');
    expect(text).toContain('How wrong the networks are is not in it');
    expect(text).not.toMatch(/cannot be|still moving/);
  });

  it('says what its interval holds of networks that learned from different episodes', () => {
    const text = describeEstimate([record({ resampled: true })]);
    expect(text).toContain('and over what the networks learn from other episodes');
    expect(text).not.toContain('How wrong the networks are is not in it');
  });

  it('has no interval of one beginning, and says nothing of one', () => {
    const text = describeEstimate([record({ interval: null, episodes: 1 })]);
    expect(text).toContain('worth 80.0: its discounted return');
    expect(text).toContain('One beginning has no interval.');
    expect(text).not.toContain('The interval is');
  });

  it.each([
    ['the value', { value: 120, networks: [110, 130] }],
    ['one network only', { value: 50, networks: [-60, 160] }],
  ])('says that it cannot be where %s is out of what rewards allow', (_, parts) => {
    const text = describeEstimate([record({ step: 400, value: 40, networks: [40] }), record(parts)]);
    expect(text).toMatch(/^Nothing is known .*cannot be: .* between 0 and 100.*Do not use/);
    expect(text).not.toMatch(/The policy is worth|interval|still moving/);
    expect(describeEstimateLine(record(parts))).toMatch(/\(which cannot be: 0 to 100 can\)$/);
  });

  it('does not say so of a hair, nor without a discount', () => {
    expect(describeEstimate([record({ value: 100.2, networks: [99.9, 100.5] })])).not.toMatch(/cannot be/);
    expect(describeEstimate([record({ value: 1e6, attainable: null })])).not.toMatch(/cannot be/);
  });

  it('says that it is still moving where it was another one after half of the steps', () => {
    expect(describeEstimate([record({ step: 400, value: 50 }), record()])).toMatch(
      /was 50\.0 at step 400: it is still moving/,
    );
  });

  it('has no interval with one beginning, and nothing logged where nothing is finished', () => {
    const text = describeEstimate([record({ interval: null, episodes: 1, logged: null, networks: [80] })]);
    expect(text).toContain('worth 80.0: its discounted return (discount 0.99) from 1 beginning of episodes');
    expect(text).toContain('No episode of the data is finished');
    expect(describeEstimate([])).toBe('There is no estimate yet.');
  });

  it('fits in a line while it trains, and in a table of seeds', () => {
    expect(describeEstimateLine(record())).toBe(
      'step 1,000  estimate 80.0  (95 % interval 78.0 to 82.0; networks 79.0, 81.0)',
    );
    const text = describeAll([record()], [record({ value: 84 })], []);
    expect(text).toMatch(/^FQE\nseed +estimate/);
    expect(text).toMatch(/mean 82\.0 of 2 seeds, 80\.0 to 84\.0/);
  });

  it('says of seeds without an estimate that there is none yet', () => {
    expect(describeAll([], [])).toBe('FQE: no estimate yet.');
  });

  it('says of which seeds to beware', () => {
    const text = describeAll(
      [record({ step: 400, value: 50 }), record()],
      [record({ step: 400 }), record()],
      [record({ value: 120 })],
    );
    expect(text).toMatch(/^seed 0: It was 50\.0 at step 400: it is still moving/m);
    expect(text).toMatch(/^seed 2: The networks say .* cannot be: .* between 0 and 100/m);
    expect(text.match(/^seed \d:/gm)).toEqual(['seed 0:', 'seed 2:']);
  });
});
