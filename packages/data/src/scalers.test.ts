import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset } from './dataset';
import {
  applyScaler,
  fitStandardScaler,
  invertScaler,
  scaleObservations,
  scalerFromJson,
  scalerToJson,
} from './scalers';

describe('fitStandardScaler', () => {
  it('takes the population standard deviation and adds epsilon', () => {
    const scaler = fitStandardScaler([1, 10, 3, 10, 5, 10], 2);
    expect(scaler.mean).toEqual(Float32Array.of(3, 10));
    expect(scaler.standardDeviation).toEqual(Float32Array.of(Math.sqrt(8 / 3) + 1e-3, 1e-3));
    expect(fitStandardScaler([1, 3], 1, { epsilon: 0 }).standardDeviation).toEqual(Float32Array.of(1));
    // LaMo's: NumPy's std, which is the population's, plus 1e-6.
    const { standardDeviation } = fitStandardScaler([1, 7, 3, 7, 3, 7, 5, 7], 2, { epsilon: 1e-6 });
    expect(standardDeviation).toEqual(Float32Array.of(Math.SQRT2 + 1e-6, 1e-6));
  });

  it('keeps its precision for large means', () => {
    const values = Float32Array.from({ length: 100_000 }, (_, i) => 4096 + (i % 2));
    // Exact in double precision; sums in float32 would be off by more than 1.
    expect(fitStandardScaler(values, 1, { epsilon: 0 })).toEqual({
      mean: Float32Array.of(4096.5),
      standardDeviation: Float32Array.of(0.5),
    });
  });

  it('refuses values that do not split into rows, or none', () => {
    for (const values of [[1, 2, 3], []]) {
      expect(() => fitStandardScaler(values, 2)).toThrow(expect.objectContaining({ code: 'wrong-width' }));
    }
  });
});

describe('applyScaler', () => {
  const columns = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -5, max: 5 })), {
    minLength: 2,
    maxLength: 50,
  });

  it('gives columns of mean 0 and standard deviation 1, which invertScaler undoes', () => {
    fc.assert(
      fc.property(columns, (rows) => {
        const values = Float32Array.from(rows.flat());
        const scaler = fitStandardScaler(values, 2);
        const scaled = applyScaler(scaler, values);
        // Relative: float32 rounding of x / s · s + m; absolute: the same where the mean cancels, |m| ≤ 1000 · 2^-23.
        expect(invertScaler(scaler, scaled)).toBeAllClose(values, { relative: 1e-6, absolute: 2e-4 });

        const again = fitStandardScaler(scaled, 2, { epsilon: 0 });
        // A float32 mean of up to 1000 is off by up to 6e-5, which a standard deviation of 1e-3 magnifies to 0.06.
        expect(again.mean).toBeAllClose([0, 0], { absolute: 0.07 });
        for (const [column, deviation] of again.standardDeviation.entries()) {
          const original = scaler.standardDeviation[column]!;
          expect(deviation).toBeCloseTo((original - 1e-3) / original, 2);
        }
      }),
    );
  });

  it('writes into an array it is given, its own input too', () => {
    const values = Float32Array.of(1, 2, 3);
    const scaler = fitStandardScaler(values, 1, { epsilon: 0 });
    const expected = applyScaler(scaler, values);
    expect(applyScaler(scaler, values, values)).toBe(values);
    expect(values).toEqual(expected);
  });

  it('survives JSON exactly', () => {
    const scaler = fitStandardScaler([0.1, 0.2, 0.7], 1);
    expect(scalerFromJson(JSON.parse(JSON.stringify(scalerToJson(scaler))))).toEqual(scaler);
  });

  it('refuses values of another width', () => {
    const scaler = fitStandardScaler([1, 2, 3, 4], 2);
    expect(() => applyScaler(scaler, [1, 2, 3])).toThrow(expect.objectContaining({ code: 'wrong-width' }));
    expect(() => invertScaler(scaler, [1, 2, 3])).toThrow(expect.objectContaining({ code: 'wrong-width' }));
  });
});

describe('scaleObservations', () => {
  it('scales next observations by the statistics of observations', () => {
    const dataset = createDataset({
      observations: [1, 3],
      nextObservations: [3, 5],
      actions: [0, 0],
      rewards: [0, 0],
      terminated: [0, 1],
    });
    const scaled = scaleObservations(dataset, fitStandardScaler(dataset.observations, 1, { epsilon: 0 }));
    expect(scaled.observations).toEqual(Float32Array.of(-1, 1));
    expect(scaled.nextObservations).toEqual(Float32Array.of(1, 3));
    expect(dataset.observations).toEqual(Float32Array.of(1, 3));
  });
});
